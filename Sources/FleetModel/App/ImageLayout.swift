/// Where things lie in a container of an image that beamctl has made.
public enum ImageLayout {
    /// The release.
    public static let release = "/app"
    /// What beamctl gives to a replica: a volume of its own.
    public static let replica = "/run/beamctl"
}
