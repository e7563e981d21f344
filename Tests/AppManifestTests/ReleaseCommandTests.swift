import AppManifest
import FleetModel
import Testing

@Suite("release_command")
struct ReleaseCommandTests {
    private func command(_ text: String) throws -> [String]? {
        try Manifest.read("app: shop\nrelease_command: \(text)\n").releaseCommand
    }

    @Test("a path inside the release, or a command of its script, with arguments")
    func words() throws {
        #expect(try command("bin/migrate") == ["bin/migrate"])
        #expect(try command("'eval \"Shop.Release.migrate()\"'") == ["eval", "Shop.Release.migrate()"])
        #expect(try command("[eval, Shop.Release.migrate()]") == ["eval", "Shop.Release.migrate()"])
        #expect(try command("migrate --all") == ["migrate", "--all"])
        #expect(try Manifest.read("app: shop\n").releaseCommand == nil)
    }

    @Test(
        "what cannot run before a deploy, or would not end, is refused with the reason",
        arguments: [
            ("start", "start starts the app, and this command has to end"), ("daemon", "daemon starts the app"),
            ("rpc X", "rpc needs a node that runs"), ("/bin/true", "the path begins with /"),
            ("../x/y", "the path has .. in it"), ("\"\"", "is empty"), ("a|b", "no shell runs it"), ("a-b", "expected eval"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: ManifestError.self) { try command(text) }
        #expect(error?.problems.first?.path == "release_command" && error?.problems.first?.line == 2)
        #expect(error?.problems.first?.message.contains(reason) == true, "\(error as Any)")
    }

    @Test("an environment may have another")
    func environment() throws {
        let text = "app: shop\nrelease_command: bin/migrate\nenvironments: {staging: {release_command: bin/seed}}\n"
        #expect(try Manifest.read(text, environment: "staging").releaseCommand == ["bin/seed"])
    }
}
