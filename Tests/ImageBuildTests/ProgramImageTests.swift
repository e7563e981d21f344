import Foundation
import OCIImage
import Testing

@testable import ImageBuild

@Suite("An image of programs")
struct ProgramImageTests {
    private let scratch: Scratch
    private let store: ImageStore
    private let base: Image

    init() throws {
        scratch = try Scratch()
        store = try ImageStore(path: scratch.path + "/store")
        base = try scratch.base(in: store)
    }

    private static let facts = ImageFacts(
        app: "beamctl", httpPort: nil, commit: "0123456", createdSeconds: 1_700_000_000, labels: ["team": "ours"])

    private func build(_ programs: [String]) throws -> NativeBuilder.Built {
        try ProgramImageBuilder(store: store, cores: 2).build(programs, Self.facts, version: "1.2.3", on: base, named: "base")
    }

    /// A program of this machine, under another name.
    private func program(_ path: String, as name: String) throws -> String {
        let folder = "\(scratch.path)/\(name.split(separator: "/").dropLast().joined(separator: "/"))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let copy = "\(scratch.path)/\(name)"
        try FileManager.default.copyItem(at: URL(filePath: path).resolvingSymlinksInPath(), to: URL(filePath: copy))
        return copy
    }

    private func paths(_ layer: Layer) throws -> [String] {
        let image = try store.makeImage(ImageConfig(platform: .here), layers: [layer])
        return try ImageTree(of: image, in: store).nodes.filter { $0.value != .folder }.keys.sorted()
    }

    @Test("programs lie where a shell finds them, the first is started, as nobody, and it says what it is")
    func configuration() throws {
        let built = try build([try program("/bin/ls", as: "a/first"), try program("/bin/ls", as: "a/second")])
        #expect(built.layers.map(\.name) == ["beamctl 1.2.3"] && built.problems.isEmpty && built.notes.isEmpty, "\(built)")
        #expect(try paths(built.layers[0].layer) == ["usr/local/bin/first", "usr/local/bin/second"])
        let config = built.image.config
        let run = try #require(config.config)
        #expect(run.entrypoint == ["/usr/local/bin/first"] && run.command == nil && run.user == "65534:65534")
        let environment = try #require(run.environment)
        #expect(environment.first?.hasPrefix("PATH=") == true && environment.dropFirst() == ["LANG=C.UTF-8", "HOME=/tmp"])
        let labels = try #require(run.labels)
        #expect(labels["org.opencontainers.image.title"] == "beamctl" && labels["team"] == "ours")
        #expect(labels["org.opencontainers.image.version"] == "1.2.3" && labels["org.opencontainers.image.revision"] == "0123456")
        #expect(config.created == "2023-11-14T22:13:20Z" && config.history?.count == 2)
    }

    @Test("the same programs in another folder give the same digest")
    func deterministic() throws {
        let first = try build([try program("/bin/ls", as: "a/first")])
        let second = try build([try program("/bin/ls", as: "b/first")])
        #expect(first.image.descriptor.digest == second.image.descriptor.digest)
    }

    @Test(
        "a library that the base lacks is taken along, from the folder that the program names, and found there; another is told")
    func libraries() throws {
        // A program and its library, made here: one that names a folder beside itself.
        try scratch.write("c/lib.c", "int answer(void) { return 42; }\n")
        try scratch.write("c/main.c", "int answer(void); int main(void) { return answer(); }\n")
        let made = try shell(
            "mkdir lib && gcc -shared -o lib/libanswer-of-tests.so lib.c && gcc -o main main.c -Llib -lanswer-of-tests "
                + "-Wl,--enable-new-dtags,-rpath,'$ORIGIN/lib'", in: "c")
        guard made else { try Test.cancel("gcc makes no program here") }
        let built = try build(["\(scratch.path)/c/main"])
        #expect(built.layers.map(\.name) == ["libraries", "beamctl 1.2.3"], "\(built)")
        #expect(try paths(built.layers[0].layer) == ["beamctl/lib/libanswer-of-tests.so"])
        #expect(built.image.config.config?.environment?.contains("LD_LIBRARY_PATH=/beamctl/lib") == true)
        #expect(built.notes == ["taken along from this machine, as base has none: libanswer-of-tests.so"])
        try FileManager.default.removeItem(atPath: "\(scratch.path)/c/lib")
        let without = try build(["\(scratch.path)/c/main"])
        #expect(without.problems == ["base has no libanswer-of-tests.so, which main needs"])
    }

    private func shell(_ command: String, in folder: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = URL(filePath: "\(scratch.path)/\(folder)")
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("what is no program is refused")
    func noProgram() throws {
        try scratch.write("text", "#!/bin/sh\n", mode: 0o755)
        #expect(throws: OCIError.self) { try build(["\(scratch.path)/text"]) }
        #expect(throws: OCIError.self) { try build(["\(scratch.path)/nothing"]) }
    }
}
