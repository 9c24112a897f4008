"""What git is told with every command, so that no setting of a clone or its user runs programs or rewrites output."""

from pathlib import Path

HUNK_HEADINGS = Path(__file__).with_name("hunk_headings.gitattributes")
"""Which of git's own rules finds the function or class around a hunk, by file name."""

KEPT = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    }
)
"""Of the caller's `GIT_*` only what says where the user's own settings are (`safe.directory` is one) and where to look."""

ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null/none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
"""What git is told by its environment, for every command."""

_SCRIPT_HEADING = (
    r"^[ \t]*(((export|default|declare|abstract|async|public|private|protected|static|readonly|override)[ \t]+)*"
    r"(function|class|interface|enum|namespace|module|type|const|let|var|get|set)[ \t*]+[A-Za-z_$].*)$"
    "\n"
    r"^[ \t]+(((async|public|private|protected|static|readonly|override)[ \t]+)*[A-Za-z_$][A-Za-z0-9_$]*[ \t]*(<[^>]*>)?\([^;]*\{)[ \t]*$"
)
"""Functions, classes and methods of JavaScript and TypeScript, for which git has no rule; the first group is shown."""

SETTINGS = (
    "log.showSignature=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "color.ui=never",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.submodule=short",
    "diff.suppressBlankEmpty=false",
    "diff.orderFile=/dev/null",
    "diff.ignoreSubmodules=none",
    "diff.renames=true",
    "core.quotePath=true",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.askPass=",
    "core.alternateRefsCommand=false",
    "core.gitProxy=",
    "credential.helper=",
    "gpg.program=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "log.mailmap=false",
    "log.showRoot=true",
    "core.bigFileThreshold=512m",
    "core.splitIndex=false",
    "index.sparse=false",
    "i18n.logOutputEncoding=UTF-8",
    f"core.attributesFile={HUNK_HEADINGS}",
    f"diff.llnotes-script.xfuncname={_SCRIPT_HEADING}",
)
"""What git is told by `-c`, for every command."""

NETWORK_ENVIRONMENT = {"GIT_TRACE2": "0", "GIT_TRACE2_EVENT": "0", "GIT_TRACE2_PERF": "0"}
"""Beside `ENVIRONMENT`, where git reaches a network: a trace could hold the token."""

NETWORK_SETTINGS = (
    "http.followRedirects=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "protocol.version=2",
    "fetch.fsckObjects=false",
    "transfer.fsckObjects=false",
    "transfer.bundleURI=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "fetch.negotiationAlgorithm=consecutive",
    "fetch.unpackLimit=0",
)
"""Beside `SETTINGS`, where git reaches a network: no redirect takes the token elsewhere, and silence ends in an error."""
