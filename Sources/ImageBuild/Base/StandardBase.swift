import OCIImage

/// The base image where the manifest names none: that of the system on which the release was built, for its native code is linked
/// against that system's C library.
public enum StandardBase {
    /// For a system as `/etc/os-release` describes it (os-release(5)); nil for a system that is not known.
    public static func reference(osRelease: String) -> String? {
        var fields: [Substring: String] = [:]
        for line in osRelease.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1].trimming("\"") }
        }
        let codename = fields["VERSION_CODENAME"] ?? ""
        switch fields["ID"] {
        case "debian" where !codename.isEmpty: return "debian:\(codename)-slim"
        case "ubuntu" where !codename.isEmpty: return "ubuntu:\(codename)"
        case "alpine": return fields["VERSION_ID"].map { "alpine:\($0.split(separator: ".").prefix(2).joined(separator: "."))" }
        default: return nil
        }
    }

    /// Where nothing is known.
    public static let fallback = "debian:bookworm-slim"

    /// For this machine.
    public static func here() -> String {
        let bytes = try? SystemFiles.bytes(of: "/etc/os-release", longest: 64 << 10)
        return bytes.flatMap { reference(osRelease: String(decoding: $0, as: UTF8.self)) } ?? fallback
    }
}

extension Substring {
    fileprivate func trimming(_ mark: Character) -> String {
        var text = self
        if text.first == mark { text = text.dropFirst() }
        if text.last == mark { text = text.dropLast() }
        return String(text)
    }
}
