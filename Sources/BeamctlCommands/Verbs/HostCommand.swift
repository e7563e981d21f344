import ArgumentParser
import BeamRelease
import Deploying
import DockerClient
import FleetModel
import Foundation
import Glibc
import HTTPTransport
import LocalPlatform

/// `beamctl host …`: what a beamctl elsewhere has this machine do, over ssh (`--on ssh://…`). Nothing for people.
struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "What a beamctl elsewhere asks of this machine.", shouldDisplay: false,
        subcommands: [
            Program.self, TakeRelease.self, TakeImage.self, Exec.self, JobRun.self, TrialRun.self, PodRun.self, PodExec.self,
        ])

    /// `host program`: becomes the keeper of a program that standard input describes.
    struct Program: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "program", abstract: "Run a program for it.", shouldDisplay: false)

        func run() throws {
            let keeper = Surroundings.current().machine.path(of: .keeper)
            try Becoming.become(
                ProgramCall(executable: keeper, arguments: ["--program"], environment: [:], directory: "/"))
        }
    }

    /// `host release`: keeps the release that comes as an archive on standard input, and prints its digest.
    struct TakeRelease: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "Keep a release for it.", shouldDisplay: false)

        @Option(help: "Only say whether this one is kept, by the exit code.") var has: String?
        @Option(help: "Only print what this one says of itself, as JSON.") var show: String?

        func run() async throws {
            let surroundings = Surroundings.current()
            let home = try surroundings.machine.home()
            if let has {
                guard has.count == 64, has.allSatisfy(\.isHexDigit), ReleaseCopy.touch(digest: has, in: home.releases) else {
                    throw ExitCode(3)
                }
                return
            }
            if let show {
                let release = try Release.read(at: "\(home.releases)/\(show)")
                let text = String(decoding: try JSONEncoder().encode(release), as: UTF8.self)
                return Terminal(noColour: true).print(text)
            }
            try home.prepare()
            let archive = try HostCommand.received()
            defer { unlink(archive) }
            let digest = try await GivenRelease(path: archive, environment: surroundings.environment).use { release in
                try ReleaseCopy.install(release, into: home.releases).digest
            }
            Terminal(noColour: true).print(digest)
        }
    }

    /// `host image`: gives the image that comes as an archive on standard input to a Docker Engine of this machine.
    struct TakeImage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "image", abstract: "Give an image to the Docker Engine for it.", shouldDisplay: false)

        @Option(help: "The Engine, as DOCKER_HOST names it.") var engine: String
        @Option(help: "Only say whether the Engine has this one, by the exit code.") var has: String?

        func run() async throws {
            let transport = HTTPTransport()
            do {
                try await take(DockerEngine(transport: transport, host: try DockerHost(engine)))
                await transport.shutdown()
            } catch {
                await transport.shutdown()
                throw error
            }
        }

        private func take(_ engine: DockerEngine) async throws {
            if let has {
                guard (try? await engine.image(has)) != nil else { throw ExitCode(3) }
                return
            }
            let archive = try HostCommand.received()
            defer { unlink(archive) }
            guard let upload = HTTPUpload.file(archive) else { throw CommandFailure("file", "\(archive) is gone") }
            try await engine.load(upload)
        }
    }

    /// `host exec`: runs a program in a container of this machine, with this process' terminal, input, output and exit code.
    struct Exec: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "exec", abstract: "Run a program in a container.", shouldDisplay: false)

        @Option(help: "The Engine, as DOCKER_HOST names it.") var engine: String
        @Option(help: "The container, by name.") var container: String
        @Option(help: "A variable of its environment, NAME=VALUE.") var env: [String] = []
        @Argument(parsing: .postTerminator, help: "The program and its arguments.") var words: [String]

        func run() async throws {
            let transport = HTTPTransport()
            let code: Int32
            do {
                let engine = DockerEngine(transport: transport, host: try DockerHost(engine))
                code = try await ContainerExec(engine: engine, container: container, words: words, environment: env).run()
                await transport.shutdown()
            } catch {
                await transport.shutdown()
                throw error
            }
            // Not by an error: a thread may still read the terminal.
            Foundation.exit(code)
        }
    }

    /// A file with what comes on standard input; who calls removes it.
    private static func received() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "beamctl-\(UUID().uuidString).tar.gz").path
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw CommandFailure("system", "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        do {
            while let piece = try FileHandle.standardInput.read(upToCount: 1 << 20), !piece.isEmpty {
                try file.write(contentsOf: piece)
            }
            try file.close()
        } catch {
            unlink(path)
            throw error
        }
        return path
    }
}
