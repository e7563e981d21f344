import AppManifest
import CLinux
import ControlAPI
import DockerClient
import FleetModel
import Foundation
import LocalPlatform

/// Looks at what beamctl needs of a machine.
struct DoctorChecks {
    let session: Session

    func all() async -> [DoctorFinding] {
        let status = DaemonLock.isHeld(session.home) ? try? await session.daemon?.daemonStatus() : nil
        return OwnProgram.allCases.filter { $0 != .beamctl }.map(program)
            + [
                library("libsqlite3", "the daemon's state", "libsqlite3-0", symbol: "sqlite3_open_v2"),
                library("libz", "compressed Erlang terms", "zlib1g", symbol: "inflate"),
            ]
            + tools() + home() + [network(), await entrance(status), daemon(status)] + (await docker(status))
    }

    /// The programs that belong to beamctl lie beside it.
    private func program(_ program: OwnProgram) -> DoctorFinding {
        let path = session.surroundings.machine.path(of: program)
        let isThere = FileManager.default.isExecutableFile(atPath: path)
        return DoctorFinding(
            name: program.rawValue, state: isThere ? .fine : .missing, text: isThere ? path : "is not beside beamctl: \(path)",
            mend: isThere ? nil : "install beamctl whole again: make install")
    }

    /// The libraries that this very process runs with.
    private func library(_ name: String, _ use: String, _ package: String, symbol: String) -> DoctorFinding {
        let path = beamctl_library_of(symbol).map { String(cString: $0) }
        return DoctorFinding(
            name: name, state: .fine, text: "\(use): \(path ?? "linked into beamctl") (Debian package \(package))", mend: nil)
    }

    private func tools() -> [DoctorFinding] {
        [
            tool("mix", "builds Elixir releases", "elixir"), tool("rebar3", "builds Erlang releases", "rebar3"),
            tool("git", "names the commit of a revision", "git"),
        ]
    }

    private func tool(_ name: String, _ use: String, _ package: String) -> DoctorFinding {
        let found = session.surroundings.tool(name)
        return DoctorFinding(
            name: name, state: found == nil ? .optional : .fine, text: found.map { "\(use): \($0)" } ?? "\(use): not on the PATH",
            mend: found == nil ? "apt-get install \(package)" : nil)
    }

    private func home() -> [DoctorFinding] {
        let inspection = HomeInspection(session.home)
        let problems = inspection.problems().map {
            DoctorFinding(name: "home", state: .missing, text: $0.text, mend: $0.mend)
        }
        guard problems.isEmpty else { return problems }
        let state = session.home.hasState ? "its state is whole" : "nothing is there yet"
        let free = inspection.free().map { ", \(Quantity.bytes(Int(clamping: $0))) free" } ?? ""
        return [DoctorFinding(name: "home", state: .fine, text: "\(session.home.path): \(state)\(free)", mend: nil)]
    }

    /// What `runtime: docker` needs; only optional where neither an app nor the project here asks for it.
    private func docker(_ status: DaemonStatus?) async -> [DoctorFinding] {
        let isWanted = await wantsContainers(status)
        let lacking = isWanted ? DoctorFinding.State.missing : .optional
        let use = "runs replicas with runtime: docker"
        let program = tool("docker", "builds images with BuildKit", "docker-cli")
        do {
            let host = try DockerHost(session.surroundings.environment["DOCKER_HOST"])
            let facts = try await DockerEngine(transport: session.transport, host: host).facts()
            let text = "\(use): version \(facts.version) at \(host)"
            return [DoctorFinding(name: "Docker Engine", state: .fine, text: text, mend: nil), program]
        } catch {
            let error = error as? DockerError
            return [
                DoctorFinding(
                    name: "Docker Engine", state: lacking, text: "\(use): \(error?.reason ?? "does not answer")",
                    mend: error?.next)
            ]
        }
    }

    private func wantsContainers(_ status: DaemonStatus?) async -> Bool {
        if status != nil, let apps = try? await session.platform.list(namespace: nil),
            apps.contains(where: { $0.revision.spec.runtime == .docker })
        {
            return true
        }
        let manifest = session.surroundings.directory + "/" + Manifest.fileName
        let reading = try? Manifest.loadReading(
            path: manifest, environment: nil, variables: session.surroundings.environment)
        return reading?.spec.runtime == .docker
    }

    private func network() -> DoctorFinding {
        do {
            let network = try session.surroundings.machine.network()
            let problem = NameServerKeeper.problem(on: network, home: session.home)
            return DoctorFinding(
                name: "network", state: problem == nil ? .fine : .missing,
                text: problem ?? "\(network), name server at \(network.nameServer):\(NameServerKeeper.port)",
                mend: problem == nil ? nil : "export BEAMCTL_NETWORK=127.89.0.0/16")
        } catch {
            return DoctorFinding(name: "network", state: .missing, text: "\(error)", mend: "unset BEAMCTL_NETWORK")
        }
    }

    /// How the entrance is, where a daemon says so; else whether there could be one.
    private func entrance(_ status: DaemonStatus?) async -> DoctorFinding {
        if let status, let difference = EntranceDifference(session.surroundings, status) {
            return DoctorFinding(
                name: "entrance", state: .missing, text: difference.difference, mend: EntranceDifference.mend)
        }
        if status?.entranceSettings?.hasPrefix(EntranceSettings.off) == true {
            return DoctorFinding(
                name: "entrance", state: .fine, text: "off, as BEAMCTL_ENTRANCE said when the daemon was started", mend: nil)
        }
        if let problem = status?.entranceProblem {
            return DoctorFinding(
                name: "entrance", state: .missing, text: problem, mend: "free the port, or change BEAMCTL_ENTRANCE")
        }
        if let places = status?.entrance, !places.isEmpty {
            return DoctorFinding(name: "entrance", state: .fine, text: places.joined(separator: ", "), mend: nil)
        }
        do {
            let settings = try session.surroundings.machine.entrance()
            // One that outlived its daemon: what it does is asked of itself.
            if let places = await EntranceKeeper.listening(session.home) {
                return DoctorFinding(
                    name: "entrance", state: .fine,
                    text: "\(places.joined(separator: ", ")); the next daemon brings it to \(settings.words)", mend: nil)
            }
            let problem = EntranceKeeper.problem(settings, home: session.home)
            return DoctorFinding(
                name: "entrance", state: problem == nil ? .fine : .missing,
                text: problem ?? settings.summary,
                mend: problem == nil ? nil : "export BEAMCTL_ENTRANCE=127.0.0.1:8081, then beamctl daemon stop")
        } catch {
            return DoctorFinding(name: "entrance", state: .missing, text: "\(error)", mend: "unset BEAMCTL_ENTRANCE")
        }
    }

    private func daemon(_ status: DaemonStatus?) -> DoctorFinding {
        guard DaemonLock.isHeld(session.home) else {
            return DoctorFinding(
                name: "daemon", state: .fine, text: "does not run; commands start it when they need it", mend: nil)
        }
        guard let status else {
            let silent = SilentDaemon(session.home).error
            return DoctorFinding(name: "daemon", state: .missing, text: silent.message, mend: silent.hint)
        }
        let isSame = status.version == Version.current
        return DoctorFinding(
            name: "daemon", state: isSame ? .fine : .missing, text: "process \(status.pid), version \(status.version)",
            mend: isSame ? nil : "beamctl daemon stop: the next command starts version \(Version.current)")
    }
}
