/// This build.
public enum Version {
    /// Its version; a command and a daemon tell each other theirs.
    public static let current = "0.1.0"
}
