/// The machine that an image is for: `linux/amd64`, `linux/arm/v7` (OCI image specification, "platform").
public struct ImagePlatform: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Go's name of the architecture: `amd64`, `arm64`.
    public var architecture: String
    /// Go's name of the system: `linux`.
    public var os: String
    /// Which kind of the architecture: `v8`; nil: the usual one.
    public var variant: String?

    /// Makes one.
    public init(os: String = "linux", architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// Reads `os/architecture[/variant]`, also with the names that `uname -m` has; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isWord = { (part: String) in
            !part.isEmpty && part.utf8.count <= 32
                && part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        }
        guard (2...3).contains(parts.count), parts.allSatisfy(isWord) else { return nil }
        os = parts[0]
        architecture = Self.machineNames[parts[1]] ?? parts[1]
        variant = parts.count > 2 ? parts[2] : nil
    }

    /// What `uname -m` calls them.
    private static let machineNames = ["x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"]

    /// The machine that this program was built for.
    public static var here: ImagePlatform {
        #if arch(x86_64)
            ImagePlatform(architecture: "amd64")
        #elseif arch(arm64)
            ImagePlatform(architecture: "arm64")
        #else
            ImagePlatform(architecture: "unknown")
        #endif
    }

    /// `os/architecture[/variant]`.
    public var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }

    /// Whether what is built for this one runs where the other is asked for. `arm64` and `arm64/v8` are one.
    public func serves(_ wanted: ImagePlatform) -> Bool {
        os == wanted.os && architecture == wanted.architecture && (wanted.variant == nil || usualVariant == wanted.usualVariant)
    }

    private var usualVariant: String? { variant ?? (architecture == "arm64" ? "v8" : nil) }
}
