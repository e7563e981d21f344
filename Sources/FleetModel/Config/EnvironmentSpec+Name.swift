extension EnvironmentSpec {
    /// The name of an app's deployment in one of its environments: `<app>-<environment>`; without one, the app's own.
    public static func appName(_ app: String, in environment: String?) -> String {
        environment.map { "\(app)-\($0)" } ?? app
    }
}
