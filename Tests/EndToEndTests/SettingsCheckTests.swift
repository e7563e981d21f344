import FleetModel
import Foundation
import Testing

@Suite("A change of settings is told what a deploy would be told", .serialized)
struct SettingsCheckTests {
    @Test("a variable that nothing reads, with the name that was meant; a value that must be an integer, with its name")
    func checked() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.phoenixLike.copy(
                to: machine.home, manifest: SampleManifest.phoenixLike().text)
            try await machine.deploy(project)
            let typo = try await machine.beamctl("env", "set", "phoenix-like", "POOL_SISE=5")
            #expect(typo.code == 0, "\(typo)")
            #expect(
                typo.errors.contains(
                    "warning: POOL_SISE is given (beamctl env), and nothing in the release reads it; "
                        + "did you mean POOL_SIZE?"), "\(typo)")
            #expect(try await machine.beamctl("env", "unset", "phoenix-like", "POOL_SISE").code == 0)
            let before = try await machine.untouched("phoenix-like")

            let bad = try await machine.beamctl("env", "set", "phoenix-like", "POOL_SIZE=many")
            #expect(bad.code == 1 && bad.errors.contains("the value of POOL_SIZE (beamctl env) is no integer"), "\(bad)")
            #expect(bad.errors.contains("does not boot with this configuration (POOL_SIZE)"), "\(bad)")
            let file = machine.home + "/dotenv"
            try Data("POOL_SIZE=many\n".utf8).write(to: URL(fileURLWithPath: file))
            let imported = try await machine.beamctl("env", "import", "phoenix-like", file)
            #expect(imported.code == 1 && imported.errors.contains("the value of POOL_SIZE"), "\(imported)")
            let secret = try await machine.beamctl("secrets", "set", "phoenix-like", "POOL_SIZE", input: "Zeisig")
            #expect(secret.code == 1 && secret.errors.contains("the value of POOL_SIZE (secret) is no integer"), "\(secret)")
            #expect(!"\(secret)".contains("Zeisig"))
            // What is not set cannot be unset, and says only that.
            let absent = try await machine.beamctl("env", "unset", "phoenix-like", "NOPE")
            #expect(
                absent.code == 1 && absent.errors.hasPrefix("error: the variable NOPE of 'phoenix-like' is not set"), "\(absent)")
            #expect(try await machine.untouched("phoenix-like") == before)

            // Of a secret that was set before nobody knows the value but the trial.
            try await machine.set(secret: "POOL_SIZE", to: "Zeisig", of: project)
            let deployed = try await machine.beamctl("deploy", project, "--no-build")
            #expect(deployed.code == 1 && deployed.errors.contains("(POOL_SIZE)"), "\(deployed)")
            #expect(!"\(deployed)".contains("Zeisig"))
        }
    }

    @Test("a change that waits for the next deploy is kept whatever it is, and told what that deploy would be told")
    func waiting() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.phoenixLike.copy(
                to: machine.home, manifest: SampleManifest.phoenixLike().text)
            try await machine.deploy(project)
            let bad = try await machine.beamctl("env", "set", "phoenix-like", "POOL_SIZE=many", "--no-deploy")
            #expect(bad.code == 0 && bad.output.contains("kept for the next deploy"), "\(bad)")
            #expect(bad.errors.contains("it could not be deployed as it is now: "), "\(bad)")
            #expect(bad.errors.contains("the value of POOL_SIZE (beamctl env) is no integer"), "\(bad)")
            let typo = try await machine.beamctl("env", "set", "phoenix-like", "POOL_SIZE=5", "POOL_SISE=5", "--no-deploy")
            #expect(typo.code == 0 && typo.errors.contains("did you mean POOL_SIZE?"), "\(typo)")
            #expect(try await machine.beamctl("env", "list", "phoenix-like").output.contains("POOL_SISE"))
        }
    }

    @Test("a manifest without preflight is not tried, and the change says so")
    func untried() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.hello(more: "config:\n  preflight: false")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest.text)
            #expect(try await machine.deploy(project).errors.contains("not tried: config.preflight is false"))
            let set = try await machine.beamctl("env", "set", "hello", "GREETING=again")
            #expect(set.code == 0 && set.errors.contains("not tried: config.preflight is false"), "\(set)")
        }
    }

    @Test("a secret that only a covered value needs is not needed")
    func coveredSecret() async throws {
        try await Machine.run { machine in
            let more = "environments:\n  staging:\n    env:\n      GREETING: plain"
            let manifest = SampleManifest.hello(["GREETING": "${secret:TOKEN}"], more: more)
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest.text)
            let refused = try await machine.beamctl("deploy", project, "--no-build")
            #expect(refused.code == 1 && refused.errors.contains("TOKEN"), "\(refused)")
            try await machine.deploy(project, "-e", "staging")
        }
    }
}
