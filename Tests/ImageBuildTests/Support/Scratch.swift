import BeamRelease
import Foundation
import Glibc
import OCIImage
import Testing

/// A folder for one test, gone when the test is.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "image-build-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        chmod(file.path, mode)
    }

    /// A mix release with ERTS, a dependency and an application of its own. Its emulator is a real program of this machine.
    func release(_ folder: String = "release", code: String = "one", cookie: String = "cookie") throws -> Release {
        let resource = """
            {release,{"shop","0.1.0"},{erts,"13.1.5"},[{kernel,"8.5.3",permanent},{stdlib,"4.2",permanent},
            {elixir,"1.14.0",permanent},{jason,"1.4.0",permanent},{shop,"0.1.0",permanent}]}.
            """
        let files: [(String, String, mode_t)] = [
            ("releases/start_erl.data", "13.1.5 0.1.0", 0o644), ("releases/COOKIE", cookie, 0o600),
            ("releases/0.1.0/shop.rel", resource, 0o644), ("releases/0.1.0/vm.args", "+P 300000\n", 0o644),
            ("releases/0.1.0/sys.config", "[].\n", 0o644), ("releases/0.1.0/start.script", "%% \(Date())", 0o644),
            ("releases/0.1.0/start.boot", "boot", 0o644), ("releases/0.1.0/env.sh", "#!/bin/sh\n", 0o755),
            ("releases/0.1.0/elixir", "#!/bin/sh\n", 0o755), ("bin/shop", "#!/bin/sh\n", 0o755), ("tmp/left", "by a run", 0o644),
            ("lib/kernel-8.5.3/ebin/kernel.beam", "kernel", 0o644), ("lib/elixir-1.14.0/ebin/elixir.beam", "elixir", 0o644),
            ("lib/jason-1.4.0/ebin/jason.beam", "jason", 0o644), ("lib/shop-0.1.0/ebin/shop.beam", code, 0o644),
        ]
        for (name, text, mode) in files { try write("\(folder)/\(name)", text, mode: mode) }
        let emulator = "\(path)/\(folder)/erts-13.1.5/bin/beam.smp"
        if !FileManager.default.fileExists(atPath: emulator) {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(folder)/erts-13.1.5/bin", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "/bin/ls", toPath: emulator)
        }
        return try Release.read(at: "\(path)/\(folder)")
    }

    /// A base image of some of this machine's own libraries and programs.
    func base(in store: ImageStore) throws -> Image {
        let real = { (path: String) in URL(filePath: path).resolvingSymlinksInPath().path }
        let libraries = SystemFixture.folder
        var entries = ["libc.so.6", "libselinux.so.1", "libpcre2-8.so.0"].map {
            LayerEntry("usr/lib/\(SystemFixture.triplet)/\($0)", .file(real("\(libraries)/\($0)")), mode: 0o755)
        }
        entries += ["sh", "awk", "sed", "cat"].map { LayerEntry("usr/bin/\($0)", .text, mode: 0o755) }
        entries += [
            LayerEntry("lib", .link("usr/lib"), mode: 0o777), LayerEntry("lib64", .link("usr/lib64"), mode: 0o777),
            LayerEntry("usr/lib64/\(SystemFixture.loader)", .file(real(SystemFixture.loaderPath)), mode: 0o755),
        ]
        let layer = try LayerWriter(store: store, cores: 1).layer(of: LayerEntry.withFolders(entries))
        return try store.makeImage(ImageConfig(platform: .here), layers: [layer])
    }
}

extension LayerEntry.Content {
    fileprivate static let text = LayerEntry.Content.bytes(Array("#!/bin/sh\n".utf8))
}

/// Where this machine has its libraries (x86-64 Debian and Ubuntu).
enum SystemFixture {
    static let triplet = "x86_64-linux-gnu"
    static let folder = "/usr/lib/\(triplet)"
    static let loader = "ld-linux-x86-64.so.2"
    static let loaderPath = "/lib64/\(loader)"
}
