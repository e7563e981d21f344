import BeamRelease
import Dispatch
import OCIImage
import Synchronization

/// What the programs and libraries of a release need of the machine that they run on.
struct ReleaseNeeds: Hashable, Sendable {
    /// The machine that they are for (`e_machine`); nil when the release holds no native code.
    var machine: Int?
    /// Dynamic loaders by the file that asks for each.
    var loaders: [String: String] = [:]
    /// Libraries by name: the versions of symbols that are wanted, and one of the files that want it.
    var libraries: [String: Wanted] = [:]

    struct Wanted: Hashable, Sendable {
        var versions: Set<String> = []
        var by: String
    }

    private static let largest = 256 << 20

    /// Reads every file of a release that is native code: programs of ERTS, ports, NIFs.
    init(of entries: [ReleaseContents.Entry]) throws(OCIError) {
        let candidates = entries.compactMap { entry -> (name: String, path: String)? in
            guard case .file(let path, let isExecutable) = entry.kind else { return nil }
            return isExecutable || entry.path.hasSuffix(".so") || entry.path.contains(".so.") ? (entry.path, path) : nil
        }
        let found = Mutex<[Int: ELFFile]>([:])
        DispatchQueue.concurrentPerform(iterations: candidates.count) { number in
            guard let file = Self.read(candidates[number].path) else { return }
            found.withLock { $0[number] = file }
        }
        var own: Set<String> = []
        let files = found.withLock { $0 }.sorted { $0.key < $1.key }
        for (number, file) in files {
            let path = candidates[number].name
            own.insert(path.split(separator: "/").last.map(String.init) ?? path)
            if let name = file.name { own.insert(name) }
            add(file, path)
        }
        // What the release brings along itself, its own NIFs find.
        for name in own { libraries[name] = nil }
    }

    /// What a library needs that is added to a release.
    mutating func add(_ file: ELFFile, _ path: String) {
        machine = machine ?? file.machine
        if let loader = file.interpreter { loaders[loader] = loaders[loader] ?? path }
        for name in file.needed {
            libraries[name, default: Wanted(by: path)].versions.formUnion(file.wanted[name] ?? [])
        }
    }

    /// Nil for what is no ELF file, which the first bytes tell.
    static func read(_ path: String) -> ELFFile? {
        guard let source = try? FileSource(path, count: 4) else { return nil }
        var magic = [UInt8](repeating: 0, count: 4)
        guard (try? source.read(into: &magic)) == 4, magic == [0x7F, 0x45, 0x4C, 0x46] else { return nil }
        guard let bytes = try? SystemFiles.bytes(of: path, longest: largest) else { return nil }
        return ELFFile(bytes)
    }
}
