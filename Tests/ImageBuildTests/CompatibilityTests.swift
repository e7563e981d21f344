import BeamRelease
import Foundation
import OCIImage
import Testing

@testable import ImageBuild

@Suite("Whether a release runs on a base")
struct CompatibilityTests {
    private let release: Release
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        release = try scratch.release()
    }

    private static func facts() -> BaseFacts {
        var facts = BaseFacts()
        facts.libraries = ["libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.9", "GLIBC_2.31"], "libtinfo.so.6": []]
        facts.machine = 62
        facts.loaders = ["/lib64/ld-linux-x86-64.so.2"]
        facts.programs = ["sh", "awk", "sed", "cat"]
        return facts
    }

    private static func needs(
        _ libraries: [String: [String]], loader: String? = "/lib64/ld-linux-x86-64.so.2"
    ) throws -> ReleaseNeeds {
        var needs = try ReleaseNeeds(of: [])
        needs.machine = 62
        if let loader { needs.loaders[loader] = "erts-13.1.5/bin/beam.smp" }
        for (name, versions) in libraries { needs.libraries[name] = .init(versions: Set(versions), by: "lib/x.so") }
        return needs
    }

    private func outcome(
        _ needs: ReleaseNeeds, _ facts: BaseFacts = Self.facts(), brings: Bool = false, here: [String: ELFFile] = [:]
    ) -> CompatibilityCheck.Outcome {
        CompatibilityCheck(
            base: facts, baseName: "debian", release: release, bringsLibraries: brings,
            find: { name in here[name].map { ("/lib/\(name)", $0) } }
        ).outcome(needs)
    }

    @Test("a base with everything in it is told nothing of")
    func fits() throws {
        #expect(outcome(try Self.needs(["libc.so.6": ["GLIBC_2.31"], "libtinfo.so.6": ["ANY"]])) == CompatibilityCheck.Outcome())
    }

    @Test("an older C library, a missing library, another machine, another C library: each is told")
    func problems() throws {
        #expect(
            outcome(try Self.needs(["libc.so.6": ["GLIBC_2.34", "GLIBC_2.9"]])).problems
                == ["libc.so.6 of debian is too old: lib/x.so needs GLIBC_2.34, and the newest there is GLIBC_2.31"])
        #expect(
            outcome(try Self.needs(["libcrypto.so.3": []])).problems == ["debian has no libcrypto.so.3, which lib/x.so needs"])
        var arm = Self.facts()
        arm.machine = 183
        #expect(
            outcome(try Self.needs([:]), arm).problems
                == ["the release is for amd64, and debian for arm64: build the release on such a machine"])
        var musl = Self.facts()
        musl.loaders = ["/lib/ld-musl-x86_64.so.1"]
        #expect(
            outcome(try Self.needs([:]), musl).problems.first?.hasSuffix("it has musl, and the release was built with glibc")
                == true)
        var bare = Self.facts()
        bare.programs = []
        #expect(outcome(try Self.needs([:]), bare).problems.contains("debian has no sh, which the release's start script calls"))
        var unread = Self.facts()
        unread.unread = "layer 0 is a tar+zstd"
        #expect(outcome(try Self.needs([:]), unread).notes.first?.contains("was not checked") == true)
    }

    @Test("what the base lacks is taken along, with what it needs in turn; never a part of the C library")
    func brought() throws {
        let crypto = try #require(ELFFile(Array(try Data(contentsOf: URL(filePath: "/bin/true").resolvingSymlinksInPath()))))
        var one = crypto
        (one.needed, one.wanted) = (["libz.so.1", "libc.so.6"], ["libc.so.6": ["GLIBC_2.9"]])
        var two = crypto
        (two.needed, two.wanted) = (["libc.so.6"], ["libc.so.6": ["GLIBC_2.36"]])
        let here = ["libcrypto.so.3": one, "libz.so.1": two]
        let found = outcome(try Self.needs(["libcrypto.so.3": []]), brings: true, here: here)
        #expect(found.brought.map(\.name) == ["libcrypto.so.3", "libz.so.1"])
        #expect(found.problems.map { String($0.prefix(30)) } == ["libc.so.6 of debian is too old"])
        #expect(found.notes == ["taken along from this machine, as debian has none: libcrypto.so.3, libz.so.1"])
        var bare = Self.facts()
        bare.libraries = [:]
        let none = outcome(try Self.needs(["libc.so.6": []]), bare, brings: true, here: ["libc.so.6": one])
        #expect(none.brought.isEmpty && none.problems == ["debian has no libc.so.6, which lib/x.so needs"])
    }

    @Test(
        "a real release on a base of this machine's own libraries: what is read fits",
        .enabled(if: FileManager.default.fileExists(atPath: SystemFixture.loaderPath)))
    func real() throws {
        let store = try ImageStore(path: scratch.path + "/store")
        let base = try scratch.base(in: store)
        let facts = try BaseFactsShelf(store: store).facts(of: base)
        #expect(facts.loaders.contains(SystemFixture.loaderPath) && facts.machine == 62)
        #expect(facts.libraries["libc.so.6"]?.contains("GLIBC_2.34") == true)
        #expect(facts.programs == ["sh", "awk", "sed", "cat"])
        let needs = try ReleaseNeeds(of: try ReleaseContents.entries(of: release))
        #expect(needs.libraries["libc.so.6"]?.by == "erts-13.1.5/bin/beam.smp")
        let outcome = CompatibilityCheck(
            base: facts, baseName: "base", release: release, bringsLibraries: false, find: { _ in nil }
        ).outcome(needs)
        #expect(outcome.problems == [])
        #expect(try BaseFactsShelf(store: store).facts(of: base) == facts)
    }
}
