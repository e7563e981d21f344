import BeamRelease
import Testing

@Suite("Reading a release")
struct ReleaseReaderTests {
    @Test("each tool's layout is recognised", arguments: Release.Tool.allCases)
    func tools(tool: Release.Tool) throws {
        let scratch = try Scratch()
        let release = try Release.read(at: FakeRelease.write(tool, in: scratch))
        #expect(release.tool == tool)
        #expect(release.name == "shop" && release.version == "0.1.0")
        #expect(release.erts.description == "13.1.5" && release.otp == "25" && release.elixir == "1.14.0")
        #expect(release.includesERTS)
        #expect(release.startedApplications == ["kernel", "stdlib", "elixir", "shop"])
        #expect(release.files.vmArguments == "+P 300000\n")
        #expect((release.files.runtimeConfig != nil) == (tool == .mix))
    }

    @Test("a release without ERTS says so")
    func hostERTS() throws {
        let scratch = try Scratch()
        #expect(try !Release.read(at: FakeRelease.write(.mix, in: scratch, includesERTS: false)).includesERTS)
    }

    @Test("a vm.args.src is read before what a start has left beside it")
    func sources() throws {
        let scratch = try Scratch()
        let root = try FakeRelease.write(.rebar3, in: scratch)
        try scratch.file("release/releases/0.1.0/vm.args.src", "-name ${NODE}\n")
        let files = try Release.read(at: root).files
        #expect(files.vmArguments == "-name ${NODE}\n" && files.isVMArgumentsSource && !files.isSystemConfigSource)
    }

    @Test(
        "OTP follows from ERTS",
        arguments: [
            ("9.3", "20"), ("10.3", "21"), ("10.7", "22"), ("11.1", "23"), ("12.3.2", "24"), ("13.1.5", "25"), ("15.2", "27"),
            ("16.0-rc1", "28"),
        ])
    func otp(erts: String, otp: String) {
        #expect(RuntimeVersion(erts)?.otpOfERTS == otp)
    }

    @Test(
        "an ERTS older than 11.1 is refused with the reason, 11.1 is not",
        arguments: [("10.7", false), ("11.0.4", false), ("11.1", true), ("11.1.8", true)])
    func tooOld(erts: String, isTaken: Bool) throws {
        let scratch = try Scratch()
        let root = try FakeRelease.write(.mix, in: scratch, erts: erts)
        if isTaken {
            #expect(try Release.read(at: root).erts.description == erts)
        } else {
            let error = #expect(throws: ReleaseError.self) { try Release.read(at: root) }
            #expect(error?.code == .tooOld)
            #expect(error?.reason.contains("-erl_epmd_port") == true)
        }
    }

    @Test("a folder without a release is told as that")
    func noRelease() throws {
        let scratch = try Scratch()
        let error = #expect(throws: ReleaseError.self) { try Release.read(at: scratch.path) }
        #expect(error?.code == .notARelease)
        #expect(error?.next?.contains("mix release") == true)
    }

    @Test("a broken .rel is told with its line and column")
    func brokenResource() throws {
        let scratch = try Scratch()
        let root = try FakeRelease.write(.mix, in: scratch)
        try scratch.file("release/releases/0.1.0/shop.rel", "{release,\n  Shop}.")
        let error = #expect(throws: ReleaseError.self) { try Release.read(at: root) }
        #expect(error?.code == .badFile)
        #expect(error?.place.hasSuffix("shop.rel:2:3") == true)
    }

    @Test(
        "a .rel that says something else is refused",
        arguments: [
            "{release}.", "ok.", "", "{release,{\"shop\",\"9\"},{erts,\"13.1\"},[]}.",
            "{release,{\"../x\",\"0.1.0\"},{erts,\"13.1\"},[]}.",
        ])
    func otherResource(text: String) throws {
        let scratch = try Scratch()
        let root = try FakeRelease.write(.mix, in: scratch)
        try scratch.file("release/releases/0.1.0/shop.rel", text)
        let error = #expect(throws: ReleaseError.self) { try Release.read(at: root) }
        #expect(error?.code == .badFile)
    }

    @Test("start_erl.data cannot lead out of the release")
    func escape() throws {
        let scratch = try Scratch()
        let root = try FakeRelease.write(.mix, in: scratch)
        try scratch.file("release/releases/start_erl.data", "13.1.5 ../../elsewhere")
        let error = #expect(throws: ReleaseError.self) { try Release.read(at: root) }
        #expect(error?.code == .badFile)
    }

    @Test("versions are compared number by number")
    func versions() {
        let sorted = ["11.0.4", "11.1", "11.1.0.1", "11.10", "13.1.5"]
        let compared = sorted.compactMap { RuntimeVersion($0) }
        #expect(compared.shuffled().sorted() == compared)
        #expect(RuntimeVersion("x") == nil && RuntimeVersion("") == nil && RuntimeVersion("1..2") == nil)
    }
}
