import FleetModel

extension ManifestTable {
    static let environment = ManifestKey(
        "env", .environment,
        "The environment of every process. A value is the text that stands there: 0123, yes and 1.10 stay as they are. "
            + "${env:NAME} is your own variable NAME when you deploy, ${env:NAME:-default} says what holds when it is unset or "
            + "empty; both may stand in any value of this file. ${secret:NAME} is a secret that the platform keeps, in env only. "
            + "$${env:NAME} and $${secret:NAME} are plain text. PORT, and what joins nodes to a cluster, is set by beamctl alone.",
        fallback: "none", example: "\n  GREETING: Hello\n  LOCALE: ${env:LANG:-C.UTF-8}")

    static let secrets = ManifestKey(
        "secrets", .variableNames,
        "The names of variables that must be set as secrets before a deploy. Their values stand in no file of the project.",
        fallback: "none", example: "[SECRET_KEY_BASE]")

    static let environments = ManifestKey(
        "environments", .environments,
        "Other settings by name, each a deployment of its own: staging, production. Each takes every key of this file. The one "
            + "that is chosen is laid over the rest: keys that hold keys are merged, everything else is replaced. Its env, and the "
            + "env of its processes, win over all other env of this file. The app is then named APP-ENVIRONMENT, unless the environment gives "
            + "app. Names have at most \(EnvironmentSpec.longestName) characters.",
        fallback: "none", example: "\n  staging:\n    replicas: 1\n    env:\n      GREETING: Hello from staging")
}
