"""Acronyms that are spelled out as nobody here does."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.note import Note
from llnotes_tui.grounding.words import plain
from llnotes_tui.release.model import Finding

_SPELLED = re.compile(
    r"(?<![A-Za-z0-9])(?P<phrase>[A-Za-z][A-Za-z0-9]*+(?:[ /-][A-Za-z][A-Za-z0-9]*+){1,7}+) \((?P<acronym>[A-Z][A-Za-z0-9]{0,7}[A-Z]|[A-Z][A-Z0-9]{1,8})s?\)"
)
_BEHIND = re.compile(
    r"\b(?P<acronym>[A-Z][A-Z0-9]{1,7})s? \((?P<phrase>[A-Z][A-Za-z]*+(?:[ -][A-Z][A-Za-z]*+){1,6}+)\)"
)
_MOST = 40
"""Spelled out acronyms of one text that are looked at."""
_LITTLE = frozenset({"of", "the", "and", "for", "in", "to", "a", "on", "as", "or", "with", "by"})

COMMON: dict[str, tuple[str, ...]] = {
    "ABI": ("application binary interface",),
    "ACL": ("access control list",),
    "ADLS": ("azure data lake storage",),
    "ABFSS": ("azure blob file system secure", "azure blob filesystem secure"),
    "AI": ("artificial intelligence",),
    "API": ("application programming interface", "application program interface"),
    "ASCII": ("american standard code for information interchange",),
    "ASGI": ("asynchronous server gateway interface",),
    "AST": ("abstract syntax tree",),
    "AWS": ("amazon web services",),
    "BI": ("business intelligence",),
    "BOM": ("byte order mark",),
    "CD": ("continuous deployment", "continuous delivery"),
    "CI": ("continuous integration",),
    "CICD": ("continuous integration and continuous deployment",),
    "CLI": ("command line interface", "command line"),
    "CPU": ("central processing unit",),
    "CRUD": ("create read update delete",),
    "CSV": ("comma separated values", "comma separated value"),
    "CTE": ("common table expression",),
    "CVE": ("common vulnerabilities and exposures",),
    "DAB": ("databricks asset bundle",),
    "DAG": ("directed acyclic graph",),
    "DB": ("database",),
    "DBFS": ("databricks file system", "databricks filesystem"),
    "DBR": ("databricks runtime",),
    "DBU": ("databricks unit",),
    "DDL": ("data definition language",),
    "DI": ("dependency injection",),
    "DLT": ("delta live table", "delta live tables"),
    "DML": ("data manipulation language",),
    "DNS": ("domain name system",),
    "DSL": ("domain specific language",),
    "ETL": ("extract transform load", "extract transform and load"),
    "FAQ": ("frequently asked questions",),
    "FIFO": ("first in first out",),
    "FQN": ("fully qualified name",),
    "FQDN": ("fully qualified domain name",),
    "FUSE": ("filesystem in userspace",),
    "GA": ("general availability", "generally available"),
    "GCP": ("google cloud platform",),
    "GCS": ("google cloud storage",),
    "GPU": ("graphics processing unit",),
    "GUI": ("graphical user interface",),
    "HMS": ("hive metastore",),
    "HTML": ("hypertext markup language",),
    "HTTP": ("hypertext transfer protocol",),
    "HTTPS": ("hypertext transfer protocol secure",),
    "IAM": ("identity and access management", "identity access management"),
    "ID": ("identifier", "identity"),
    "IDE": ("integrated development environment",),
    "IO": ("input output",),
    "IP": ("internet protocol",),
    "JAR": ("java archive",),
    "JDBC": ("java database connectivity",),
    "JSON": ("javascript object notation",),
    "JVM": ("java virtual machine",),
    "JWT": ("json web token",),
    "KPI": ("key performance indicator",),
    "LLM": ("large language model",),
    "LRU": ("least recently used",),
    "LSP": ("language server protocol",),
    "ML": ("machine learning",),
    "MRO": ("method resolution order",),
    "MVP": ("minimum viable product",),
    "NFS": ("network file system",),
    "ODBC": ("open database connectivity",),
    "OIDC": ("openid connect", "open id connect"),
    "OCR": ("optical character recognition",),
    "TACL": ("table access control list", "table access control"),
    "EOL": ("end of line", "end of life"),
    "EOF": ("end of file",),
    "NLP": ("natural language processing",),
    "ANSI": ("american national standards institute",),
    "CDC": ("change data capture",),
    "CTA": ("call to action",),
    "CDN": ("content delivery network",),
    "CORS": ("cross origin resource sharing",),
    "CSS": ("cascading style sheets",),
    "DOM": ("document object model",),
    "GUID": ("globally unique identifier",),
    "HDFS": ("hadoop distributed file system",),
    "IDP": ("identity provider",),
    "KMS": ("key management service",),
    "LDAP": ("lightweight directory access protocol",),
    "MD5": ("message digest 5",),
    "MFA": ("multi factor authentication",),
    "MIME": ("multipurpose internet mail extensions",),
    "NIC": ("network interface card",),
    "NSG": ("network security group",),
    "OAUTH": ("open authorization",),
    "OLAP": ("online analytical processing",),
    "OLTP": ("online transaction processing",),
    "OSI": ("open source initiative",),
    "PEM": ("privacy enhanced mail",),
    "POSIX": ("portable operating system interface",),
    "RAM": ("random access memory",),
    "REPL": ("read eval print loop",),
    "SAAS": ("software as a service",),
    "SAML": ("security assertion markup language",),
    "SARIF": ("static analysis results interchange format",),
    "SBOM": ("software bill of materials",),
    "SMTP": ("simple mail transfer protocol",),
    "SAS": ("shared access signature",),
    "SVG": ("scalable vector graphics",),
    "TDD": ("test driven development",),
    "TSV": ("tab separated values",),
    "UAT": ("user acceptance testing",),
    "UTF": ("unicode transformation format",),
    "VNET": ("virtual network",),
    "WSFS": ("workspace file system", "workspace files system"),
    "XSS": ("cross site scripting",),
    "OOM": ("out of memory",),
    "ORM": ("object relational mapping", "object relational mapper"),
    "OS": ("operating system",),
    "OSS": ("open source software",),
    "PAT": ("personal access token",),
    "PDF": ("portable document format",),
    "PEP": ("python enhancement proposal",),
    "PII": ("personally identifiable information",),
    "POC": ("proof of concept",),
    "PR": ("pull request",),
    "PVC": ("persistent volume claim",),
    "QA": ("quality assurance",),
    "RBAC": ("role based access control",),
    "RDD": ("resilient distributed dataset", "resilient distributed datasets"),
    "REST": ("representational state transfer",),
    "RFC": ("request for comments",),
    "ROI": ("return on investment",),
    "RPC": ("remote procedure call",),
    "SCIM": ("system for cross domain identity management",),
    "SCM": ("source code management",),
    "SDK": ("software development kit",),
    "SLA": ("service level agreement",),
    "SP": ("service principal",),
    "SPN": ("service principal name",),
    "SQL": ("structured query language",),
    "SSH": ("secure shell",),
    "SSL": ("secure sockets layer",),
    "SSO": ("single sign on",),
    "STS": ("security token service",),
    "TCP": ("transmission control protocol",),
    "TLS": ("transport layer security",),
    "TTL": ("time to live",),
    "TUI": ("text user interface", "terminal user interface"),
    "UC": ("unity catalog",),
    "UDF": ("user defined function", "user defined functions"),
    "UDTF": ("user defined table function",),
    "UI": ("user interface",),
    "URI": ("uniform resource identifier",),
    "URL": ("uniform resource locator",),
    "UTC": ("coordinated universal time",),
    "UUID": ("universally unique identifier",),
    "UX": ("user experience",),
    "VCS": ("version control system",),
    "VM": ("virtual machine",),
    "VPC": ("virtual private cloud",),
    "VPN": ("virtual private network",),
    "WAL": ("write ahead log",),
    "WASB": ("windows azure storage blob",),
    "WASBS": ("windows azure storage blob secure",),
    "XML": ("extensible markup language",),
    "YAML": ("yaml ain't markup language", "yet another markup language"),
}
"""How everybody spells them out."""


def expansions(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`expansion`: an acronym spelled out in words that stand nowhere; what everybody knows is right."""
    seen: set[int] = set()
    judged: dict[tuple[str, str], bool] = {}
    for pattern in (_SPELLED, _BEHIND):
        for match in pattern.finditer(note.text):
            acronym = match["acronym"]
            phrase, start = _own_words(match["phrase"], match.start("phrase"), acronym, whole=pattern is _BEHIND)
            if not phrase or start in seen or len(judged) > _MOST:
                continue
            key = (acronym, phrase)
            if key not in judged:
                judged[key] = _is_right(acronym, phrase, evidence)
            if judged[key]:
                continue
            seen.add(start)
            known = COMMON.get(acronym.upper().rstrip("S")) or COMMON.get(acronym.upper()) or ()
            fix = _titled(known[0]) if known else None
            here = f": it is {fix}" if fix else ""
            yield note.finding(
                "expansion",
                start,
                start + len(phrase),
                f"Nobody here spells {acronym} as “{phrase}”{here}.",
                fix,
                evidence.lines_with([acronym]),
            )


def _own_words(phrase: str, start: int, acronym: str, *, whole: bool) -> tuple[str, int]:
    """Return the last words of a phrase that make the acronym, with where they begin; nothing where they do not."""
    words = [(match[0], match.start()) for match in re.finditer(r"[A-Za-z0-9]++", phrase)]
    letters = [sign.lower() for sign in acronym.rstrip("s")]
    for first in range(len(words) - 1, -1, -1):
        chosen = words[first:]
        initials = [word[0].lower() for word, _ in chosen if word.lower() not in _LITTLE]
        every = [word[0].lower() for word, _ in chosen]
        if letters in (initials, every) and chosen[0][0].lower() not in _LITTLE:
            return phrase[chosen[0][1] :], start + chosen[0][1]
    capitals = [word for word, _ in words if word[:1].isupper()]
    if (
        words
        and words[0][0][0].lower() == letters[0]
        and len(capitals) >= 2
        and (whole or len(words) <= len(letters) + 1)
    ):
        return phrase, start
    return "", start


def _is_right(acronym: str, phrase: str, evidence: Evidence) -> bool:
    words = " ".join(re.findall(r"[a-z0-9]+", phrase.lower()))
    forms = {words, words.removesuffix("s"), f"{words}s"}
    common = COMMON.get(acronym.upper()) or COMMON.get(acronym.upper().removesuffix("S"))
    if common is not None:
        return bool({plain(form) for form in forms} & {plain(form) for form in common}) or _stands(
            words, forms, evidence
        )
    return _stands(words, forms, evidence)


def _stands(words: str, forms: set[str], evidence: Evidence) -> bool:
    """Tell whether a phrase stands as such, or as one name, in the message, the diff or a tree."""
    joined = {plain(form) for form in forms}
    if any(evidence.sides_alike(form) for form in joined):
        return True
    message = " ".join(evidence.raw_message.lower().replace("-", " ").split())
    if any(form in message for form in forms):
        return True
    last = words.rsplit(maxsplit=1)[-1].removesuffix("s")
    if any(
        last in line.text.lower() and words in " ".join(line.text.lower().replace("-", " ").split())
        for line in evidence.lines
    ):
        return True
    return any(tree.has(form) or tree.alike(form) for tree in evidence.trees for form in forms)


def _titled(phrase: str) -> str:
    return " ".join(word if word in _LITTLE else word.capitalize() for word in phrase.split())
