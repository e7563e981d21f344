import ImageBuild
import OCIImage
import OCIRegistry

/// What a build made, for people and for programs.
struct ImageView: Encodable {
    struct Part: Encodable {
        /// What is in it.
        var name: String
        var digest: String
        /// Bytes, compressed.
        var size: Int
    }

    struct One: Encodable {
        var platform: String
        var digest: String
        /// Bytes of all layers, compressed, the base's among them.
        var size: Int
        var base: String
        /// What it was when the image was made; nil where an Engine chose it.
        var baseDigest: String?
        /// The layers on top of the base.
        var layers: [Part]
        /// Why it will not run.
        var problems: [String]
        var notes: [String]
    }

    struct Pushed: Encodable {
        var sentBytes: Int
        var sentBlobs: Int
        var blobsThere: Int
    }

    /// Registry, repository and tag.
    var name: String
    /// Of the image, or of the index over several.
    var digest: String
    var images: [One]
    /// The file or folder that it was written to.
    var output: String?
    var pushed: Pushed?

    /// `name@digest`: what a deploy of it would name.
    var reference: String { "\(name)@\(digest)" }
}

extension ImageView.One {
    init(_ built: NativeBuilder.Built, base: Image, baseName: String) {
        self.init(
            platform: "\(built.image.config.platform)", digest: "\(built.image.descriptor.digest)", size: built.image.size,
            base: baseName, baseDigest: "\(base.descriptor.digest)",
            layers: built.layers.map { part in
                ImageView.Part(name: part.name, digest: "\(part.layer.descriptor.digest)", size: part.layer.descriptor.size)
            }, problems: built.problems, notes: built.notes)
    }
}
