import BeamRelease
import Glibc
public import OCIImage

/// The release in an image that beamctl, or a Dockerfile of its templates, has made.
///
/// It is read from the image itself: `/beamctl/release` says that there is one, and it lies in `/app`. What the layers hold is trusted with
/// nothing: a path or a link that leads out is refused, and nothing is ever written through a link.
public struct ReleaseImage: Sendable {
    private let image: Image
    private let store: ImageStore
    private let place: String

    /// Bytes of the file that says what it is.
    private static let longestFacts = 4096
    /// Bytes of one file of a release, and of all of them.
    private static let (longestFile, longestRelease) = (1 << 30, 8 << 30)

    /// Makes one of an image that lies in a store; `place` names it in errors.
    public init(_ image: Image, in store: ImageStore, at place: String) {
        (self.image, self.store, self.place) = (image, store, place)
    }

    /// The commit that its release was built from, as it says itself; nil where it does not.
    public var commit: String? { image.config.config?.labels?[ImageLabels.prefix + "revision"] }

    /// Writes the release into a folder, which is to be there and empty.
    ///
    /// Throws `OCIError` `.badImage` for an image that carries no release, or one that leads out of its folder; `.tooLarge`, `.diskFull`.
    public func unpack(into folder: String) throws(OCIError) {
        let (files, target) = ("\(folder)/.files", "\(folder)/release")
        for path in [files, target] { try SystemFiles.makeFolder(path) }
        var contents = Contents(folder: files)
        let tree = try ImageTree(of: image, in: store) { path, _ in
            path == Self.facts ? Self.longestFacts : path.hasPrefix(Self.root) ? Self.longestFile : nil
        } found: { path, bytes in
            contents.take(path, bytes)
        }
        if let problem = contents.problem { throw problem }
        guard tree.nodes[Self.facts] != nil else {
            throw OCIError(
                .badImage, at: place, "carries no release that beamctl knows: there is no /\(Self.facts) in it",
                next: "beamctl build makes such images, and so do its templates")
        }
        for (path, node) in tree.nodes.sorted(by: { $0.key < $1.key }) where path.hasPrefix(Self.root) {
            try checkParents(of: path, in: tree)
            try write(node, path, to: "\(target)/\(path.dropFirst(Self.root.count))", contents)
        }
        try SystemFiles.removeFolder(files)
    }

    /// Where ``unpack(into:)`` has put it.
    public static func root(in folder: String) -> String { "\(folder)/release" }

    private static let facts = String("\(ImagePaths.beamctl)/release".dropFirst())
    private static let root = String("\(ImagePaths.release)/".dropFirst())

    /// Everything above is a folder: nothing is written through a link.
    private func checkParents(of path: String, in tree: ImageTree) throws(OCIError) {
        var above = path[...]
        while let slash = above.lastIndex(of: "/") {
            above = above[..<slash]
            guard tree.nodes[String(above)] == .folder else {
                throw OCIError(.badImage, at: place, "/\(TarPath.shown(path)) lies in what is no folder")
            }
        }
    }

    private func write(_ node: ImageTree.Node, _ path: String, to target: String, _ contents: Contents) throws(OCIError) {
        switch node {
        case .folder: try SystemFiles.makeFolder(target)
        case .file(let size, let mode):
            guard let file = contents.file(path) else {
                throw OCIError(.tooLarge, at: place, "/\(TarPath.shown(path)) has \(size) bytes, more than \(Self.longestFile)")
            }
            try SystemFiles.rename(file, to: target)
            chmod(target, mode_t(mode & 0o777) | 0o400)
        case .link(let to): try SystemFiles.makeLink(at: target, to: Self.relative(to, from: path))
        case .special: throw OCIError(.badImage, at: place, "/\(TarPath.shown(path)) is no file")
        }
    }

    /// A link within the release, wherever that lies; any other as it is.
    private static func relative(_ target: String, from path: String) -> String {
        guard target.hasPrefix("/\(root)") else { return target }
        let depth = path.dropFirst(root.count).count { $0 == "/" }
        return String(repeating: "../", count: depth) + target.dropFirst(root.count + 1)
    }

    /// The contents of files, as layer after layer brings them: the last one counts.
    private struct Contents {
        let folder: String
        private(set) var problem: OCIError?
        private var numbers: [String: Int] = [:]
        private var count = 0
        private var bytes = 0

        init(folder: String) { self.folder = folder }

        /// The file with the content of a path.
        func file(_ path: String) -> String? { numbers[path].map { "\(folder)/\($0)" } }

        mutating func take(_ path: String, _ content: [UInt8]) {
            guard problem == nil, path.hasPrefix(ReleaseImage.root) else { return }
            bytes += content.count
            guard bytes <= ReleaseImage.longestRelease else {
                problem = OCIError(.tooLarge, at: "/\(path)", "the release has more than \(ReleaseImage.longestRelease) bytes")
                return
            }
            do {
                try SystemFiles.write(content, to: "\(folder)/\(count)")
                numbers[path] = count
                count += 1
            } catch {
                problem = error
            }
        }
    }
}
