import Testing

@testable import BeamRelease

@Suite("Rendering the configuration of a replica")
struct LaunchRenderingTests {
    private static let files = ReleaseFiles(
        vmArguments: "-name ${NODE_NAME}\n+P ${P}\n", remoteVMArguments: "-env E ${P}\n",
        systemConfig: "[{shop,[{pass,\"${PASS}\"},{port,<<\"${PORT}\">>}]}].\n")

    private func request(_ tool: Release.Tool, _ environment: [String: String] = [:], isSource: Bool = false) -> LaunchRequest {
        var files = Self.files
        files.isVMArgumentsSource = isSource
        files.isSystemConfigSource = isSource
        var request = LaunchRequest.sample(tool, files: files)
        request.environment = ["P": "300000", "PASS": "a\"b"].merging(environment) { $1 }
        return request
    }

    private static let rendered = "[{shop,[{pass,\"a\\\"b\"},{port,<<\"20001\">>}]}].\n"
    private static let on = ["REPLACE_OS_VARS": "true"]

    @Test("mix: the replica's own copies, which only their owner reads, and RELEASE_SYS_CONFIG without its ending")
    func mix() throws {
        let plan = try LaunchPlan(request(.mix, Self.on))
        #expect(plan.contents("config/sys.config") == Self.rendered && plan.mode("config/sys.config") == 0o600)
        #expect(plan.contents("config/vm.args")?.contains("\n+P 300000\n") == true)
        #expect(plan.contents("config/remote.vm.args")?.contains("\n-env E 300000\n") == true)
        #expect(plan.environment["RELEASE_SYS_CONFIG"] == "/replicas/hello-web-1/config/sys")
    }

    @Test(
        "a flag of the cluster's that a value brings is left out, as one that stands there is",
        arguments: Release.Tool.allCases)
    func flagsOfValues(tool: Release.Tool) throws {
        var request = LaunchRequest.sample(tool, files: ReleaseFiles(vmArguments: "${FLAGS}\n+K true\n"))
        request.environment = Self.on.merging(["FLAGS": "-name own@here +A 4"]) { $1 }
        let text = try #require(LaunchPlan(request).contents("config/vm.args"))
        #expect(text.contains("\n+A 4 ## left out by beamctl: -name own@here +A 4\n+K true\n"), "\(text)")
    }

    @Test(
        "mix: without REPLACE_OS_VARS nothing is rendered; the manifest's word counts more", arguments: ["", "false", "0", "no"])
    func off(word: String) throws {
        var off = request(.mix, ["REPLACE_OS_VARS": word])
        let plan = try LaunchPlan(off)
        #expect(plan.contents("config/sys.config") == nil && plan.environment["RELEASE_SYS_CONFIG"] == nil)
        #expect(plan.contents("config/vm.args")?.contains("+P ${P}") == true)
        off.replacesVariables = true
        #expect(try LaunchPlan(off).contents("config/sys.config") == Self.rendered)
        var on = request(.mix, Self.on)
        on.replacesVariables = false
        #expect(try LaunchPlan(on).contents("config/sys.config") == nil)
    }

    @Test("relx: sources are always rendered, told by relx's own variables, and its own pass is kept from them")
    func relx() throws {
        let plan = try LaunchPlan(request(.rebar3, ["RELX_REPLACE_OS_VARS": "true"], isSource: true))
        #expect(plan.environment["RELX_CONFIG_PATH"] == "/replicas/hello-web-1/config/sys.config")
        #expect(plan.environment["VMARGS_PATH"] == "/replicas/hello-web-1/config/vm.args")
        #expect(plan.environment["RELX_REPLACE_OS_VARS"] == nil)
        #expect(plan.contents("config/sys.config") == Self.rendered && plan.contents("config/vm.args.src") == nil)
        #expect(try LaunchPlan(request(.rebar3, isSource: true)).contents("config/sys.config") == Self.rendered)
        #expect(try LaunchPlan(request(.rebar3)).contents("config/sys.config") == nil)
    }

    @Test("Distillery: as with its own variable, whose pass is kept from the rendered files")
    func distillery() throws {
        let plan = try LaunchPlan(request(.distillery, Self.on))
        #expect(plan.environment["SYS_CONFIG_PATH"] == "/replicas/hello-web-1/config/sys.config")
        #expect(plan.environment["REPLACE_OS_VARS"] == nil && plan.contents("config/sys.config") == Self.rendered)
    }

    @Test(
        "native: nothing of ours is rendered, and the tool's own variables reach it",
        arguments: [Release.Tool.rebar3, .distillery])
    func native(tool: Release.Tool) throws {
        var request = request(tool, ["REPLACE_OS_VARS": "true", "RELX_REPLACE_OS_VARS": "true"])
        request.rendering = .native
        let plan = try LaunchPlan(request)
        #expect(plan.contents("config/sys.config") == nil && plan.contents("config/vm.args")?.contains("+P ${P}") == true)
        #expect(plan.environment["REPLACE_OS_VARS"] == "true" && plan.environment["RELX_REPLACE_OS_VARS"] == "true")
    }

    @Test("a placeholder in a flag that is left out needs no value; one that is missing names file, line, column and variable")
    func missing() {
        var request = request(.mix, Self.on)
        request.environment["P"] = nil
        let error = #expect(throws: ReleaseError.self) { try LaunchPlan(request) }
        #expect(error?.code == .badConfig && error?.place == "releases/0.1.0/vm.args:2:4")
        #expect(error?.reason == "it is not set, and has no default: ${P:-…} would be one")
    }

    @Test("a secret stands in no file but a rendered one: the environment brings it past env.sh")
    func secrets() throws {
        var request = request(.mix, ["PASS": "hunter2"])
        request.secrets = ["PASS"]
        let plan = try LaunchPlan(request)
        #expect(!plan.files.contains { $0.contents.contains("hunter2") })
        #expect(plan.environment["PASS"] == "hunter2" && plan.environment["BEAMCTL_SECRET_PASS"] == "hunter2")
        let file = try #require(plan.contents("config/env"))
        #expect(file.contains("export PASS=\"${BEAMCTL_SECRET_PASS-$PASS}\"\n") && file.contains("\nunset BEAMCTL_SECRET_PASS\n"))
    }

    @Test("where env.sh is to win, our file sets nothing over it")
    func theirs() throws {
        var request = request(.mix, ["PASS": "x"])
        request.environmentScriptWins = true
        let file = try #require(LaunchPlan(request).contents("config/env"))
        #expect(!file.contains("export PASS") && !file.contains("export PORT"))
    }

    @Test("a command is a program of the release, or a word for its script")
    func command() throws {
        var request = request(.mix)
        request.command = ["bin/server", "--fast"]
        #expect(try LaunchPlan(request).executable == "/releases/abc/bin/server")
        #expect(try LaunchPlan(request).arguments == ["--fast"])
        request.command = ["start_iex"]
        #expect(try LaunchPlan(request).executable == "/releases/abc/bin/hello")
        #expect(try LaunchPlan(request).arguments == ["start_iex"])
    }

    @Test("schedulers as processors are given; the release's own flags come later")
    func schedulers() throws {
        var request = request(.mix)
        request.schedulers = 2
        let text = try #require(LaunchPlan(request).contents("config/vm.args"))
        #expect(text.contains("\n+S 2:2\n+SDcpu 2:2\n## The release's own.\n"))
    }

    @Test("an environment that no program takes is refused before it is tried")
    func tooLarge() {
        var request = request(.mix)
        for number in 0..<10 { request.environment["V\(number)"] = String(repeating: "x", count: 100_000) }
        #expect(throws: ReleaseError.self) { try LaunchPlan(request) }
    }

    @Test("a secret in vm.args is refused: everybody can read the VM's arguments")
    func secretInArguments() {
        var request = request(.mix, Self.on)
        request.secrets = ["P"]
        let error = #expect(throws: ReleaseError.self) { try LaunchPlan(request) }
        #expect(error?.code == .badConfig && error?.place == "releases/0.1.0/vm.args:2:4")
        request.secrets = ["PASS"]
        #expect(throws: Never.self) { try LaunchPlan(request) }
    }

    @Test("what is run beside a replica is the release's own script, whatever its replicas run")
    func besideCommand() throws {
        var request = request(.mix)
        request.command = ["bin/server"]
        let eval = try LaunchPlan.oneOff(.eval("1"), in: request)
        #expect(eval.executable == "/releases/abc/bin/hello" && eval.arguments == ["eval", "1"])
    }
}
