import FoundationEssentials
import OCIImage

/// Remembers what was read of each base image: reading one takes as long as unpacking it.
struct BaseFactsShelf {
    let store: ImageStore
    /// Counts how facts are read: what another beamctl remembered in another way is read anew.
    private static let format = 1
    private static let longest = 4 << 20

    private var folder: String { "\(store.path)/facts" }

    /// The facts of an image. Throws `OCIError`.
    func facts(of image: Image) throws(OCIError) -> BaseFacts {
        let path = "\(folder)/\(image.descriptor.digest.hexadecimal)-\(Self.format).json"
        if let bytes = try? SystemFiles.bytes(of: path, longest: Self.longest),
            let facts = try? JSONDecoder().decode(BaseFacts.self, from: Data(bytes))
        {
            return facts
        }
        let facts = try BaseFacts(of: image, in: store)
        if let data = try? JSONEncoder().encode(facts) {
            try SystemFiles.makeFolder(folder)
            try SystemFiles.write(Array(data), to: path)
        }
        return facts
    }
}
