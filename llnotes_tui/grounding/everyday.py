"""Names that look like code and need no evidence: products, formats, words of the languages themselves."""

from llnotes_tui.release.symbols.words import words

EVERYDAY_NAMES = words(
    "GitHub GitLab GitOps BitBucket DevOps DevEx PyPI PyPi PySpark PyTest PyCharm PyLint PyTorch NumPy SciPy SQLite MySQL PostgreSQL "
    "PostGIS MariaDB MongoDB NoSQL DynamoDB BigQuery RedShift CloudFormation CloudWatch OpenAI OpenAPI OpenSSL OAuth OAuth2 "
    "JavaScript TypeScript CoffeeScript NodeJS GraphQL FastAPI IntelliJ VSCode LaTeX macOS iOS iPadOS tvOS iPhone eBay YouTube "
    "LinkedIn WhatsApp DataFrame DataFrames DataBricks DataOps MLflow MLOps LakeHouse LakeView SemVer DevContainer "
    "WebSocket WebSockets WebHook WebHooks WiFi PowerShell PowerBI ChatGPT GenAI LLMs APIs URLs IDs UDFs CIs PRs UIs VMs DBs "
    "JSONs YAMLs ACLs SDKs CLIs SPNs DLTs DABs README READMEs CamelCase camelCase PascalCase kebabCase snake_case "
    "McAfee JFrog MessagePack PyPy IronPython CPython MicroPython RubyGems OpenCV OpenID OpenStreetMap TensorFlow LangChain ElasticSearch RabbitMQ CouchDB SageMaker QuickSight CodePen ReadMe CircleCI TravisCI CodeCov SonarQube DockerHub HashiCorp HiveQL SparkSQL TSQL PLSQL SnowSQL "
    "SwiftUI AppKit UIKit JUnit NUnit xUnit ScalaTest TestNG OpenTelemetry StackOverflow RedHat CentOS FreeBSD OpenBSD"
)
"""Never looked at outside back-ticks."""

LANGUAGE_NAMES = words(
    "None True False null true false nil undefined NaN self this cls super str int float bool bytes list dict set tuple object type "
    "string number boolean array char byte short long double void any unknown never var let const def class async await "
    "import from return yield raise try except finally with as if else elif for while pass break continue lambda global "
    "nonlocal assert del in is and or not print len range enumerate zip map filter open input isinstance issubclass "
    "SELECT FROM WHERE JOIN INSERT UPDATE DELETE CREATE DROP ALTER TABLE VIEW GRANT REVOKE ALL WITH GROUP ORDER BY USE CATALOG SCHEMA "
    "DATABASE DESCRIBE SHOW EXPLAIN MERGE INTO VALUES LIMIT UNION DISTINCT AND OR NOT NULL AS ON IN IS LIKE "
    "pip install npm yarn git main master http https json yaml toml csv xml html css sql md py js ts sh txt ini cfg "
    "AssertionError AttributeError BaseException EOFError Exception FileNotFoundError ImportError IndexError KeyError "
    "KeyboardInterrupt ModuleNotFoundError NameError NotImplementedError OSError OverflowError PermissionError RecursionError "
    "RuntimeError StopIteration SyntaxError SystemExit TimeoutError TypeError UnicodeDecodeError ValueError ZeroDivisionError "
    "DeprecationWarning UserWarning Warning"
)
"""Known wherever they stand: the languages' own words."""
