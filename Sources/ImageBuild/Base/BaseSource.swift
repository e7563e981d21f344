public import OCIImage

/// Where an image comes from, as `--base`, `image.runner_base` and `--image` name it.
public enum BaseSource: Hashable, Sendable, CustomStringConvertible {
    /// A registry.
    case registry(ImageReference)
    /// The Docker Engine of this machine, and the name that it has there.
    case engine(ImageReference)
    /// A tar archive on this machine.
    case archive(path: String)
    /// An OCI image layout on this machine, and a name in it.
    case layout(path: String, name: String?)

    /// What stands before the name of an image of the Engine, as `skopeo` has it.
    static let enginePrefix = "docker-daemon:"

    /// Reads it: what begins with `/`, `./` or `../` is a path, everything else a reference; `docker-daemon:` before one means the Docker
    /// Engine's own. `folder:name` names one of a layout's images.
    ///
    /// - Parameter folder: What a relative path is relative to.
    ///
    /// Throws `OCIError` `.badName`, `.notFound`.
    public init(_ text: String, relativeTo folder: String) throws(OCIError) {
        if text.hasPrefix(Self.enginePrefix) {
            self = .engine(try ImageReference(String(text.dropFirst(Self.enginePrefix.count))))
            return
        }
        guard Self.isPath(text) else {
            self = .registry(try ImageReference(text))
            return
        }
        let path = text.hasPrefix("/") ? text : "\(folder)/\(text)"
        if SystemFiles.exists(path + "/oci-layout") {
            self = .layout(path: path, name: nil)
        } else if let colon = path.lastIndex(of: ":"), SystemFiles.exists(path[..<colon] + "/oci-layout") {
            self = .layout(path: String(path[..<colon]), name: String(path[path.index(after: colon)...]))
        } else if SystemFiles.exists(path), !SystemFiles.exists(path + "/.") {
            self = .archive(path: path)
        } else if SystemFiles.exists(path) {
            throw OCIError(.badImage, at: path, "is a folder and no OCI image layout: there is no oci-layout in it")
        } else {
            throw OCIError(.notFound, at: path, "there is no such file or folder")
        }
    }

    private static func isPath(_ text: String) -> Bool { ["/", "./", "../"].contains { text.hasPrefix($0) } }

    /// As people write it.
    public var description: String {
        switch self {
        case .registry(let reference): reference.familiarOrWhole
        case .engine(let reference): Self.enginePrefix + reference.familiarOrWhole
        case .archive(let path): path
        case .layout(let path, let name): path + (name.map { ":\($0)" } ?? "")
        }
    }
}

extension BaseSource {
    /// The name as a Docker Engine itself knows the image: that is where a Dockerfile's bases are looked for. Throws `OCIError`
    /// `.badName` for a path.
    public static func nameForEngine(_ text: String) throws(OCIError) -> String {
        guard !isPath(text) else {
            throw OCIError(
                .badName, at: text, "is a path, and a Dockerfile finds its base by a name",
                next: "docker load -i \(text), then give its name: --base, or image.runner_base; or --builder native")
        }
        return text.hasPrefix(enginePrefix) ? String(text.dropFirst(enginePrefix.count)) : text
    }
}

extension ImageReference {
    fileprivate var familiarOrWhole: String { digest == nil ? familiar : description }
}
