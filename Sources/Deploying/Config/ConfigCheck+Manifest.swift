import AppManifest
import BeamRelease
import FleetModel

// What is given, and does not do what it looks like: what only manifest and settings together show.
extension ConfigCheck {
    private var processes: [String] { spec.processes.keys.sorted() }

    /// Values that a secret of the same name wins over.
    var coveredProblems: [ConfigProblem] {
        var told: Set<String> = []
        return processes.flatMap { layers(of: $0).sources.sorted { $0.key < $1.key } }.compactMap { name, sources in
            guard sources.last?.source == .secret, let covered = sources.dropLast().last, told.insert(name).inserted else {
                return nil
            }
            return ConfigProblem(
                severity: .warning, code: .variableCovered,
                message: "\(name) is given (\(words(covered.source, name))), and the secret \(name) wins over it", variable: name,
                hint: "beamctl secrets unset \(spec.app) \(name), or give it there: beamctl secrets set \(spec.app) \(name)")
        }
    }

    /// `PHX_HOST` says whose links the app writes and whose WebSockets it takes; `host` says that, and whose requests come to it.
    var hostProblems: [ConfigProblem] {
        let name = "PHX_HOST"
        let problems = processes.compactMap { process -> ConfigProblem? in
            guard spec.processes[process]?.http != nil, let layer = layers(of: process).sources[name]?.last,
                let value = plainValue(layer, name), spec.publicHost(of: process, in: namespace) != value,
                !spec.hosts.contains(value)
            else { return nil }
            return ConfigProblem(
                severity: .warning, code: .hostNotRouted,
                message: "\(name) is \(value) (\(words(layer.source, name))), and no requests for that host come to the app",
                variable: name, hint: "write host: \(value) in \(Manifest.fileName) instead, which sets \(name), too")
        }
        return Array(problems.prefix(1))
    }

    /// A Phoenix app of which no process has `http` starts no server that anybody reaches.
    func httpProblems(_ reads: RuntimeReads?) -> [ConfigProblem] {
        guard !spec.processes.values.contains(where: { $0.http != nil }),
            let read = reads?.reads.first(where: { $0.name == "PHX_SERVER" })
        else { return [] }
        return [
            ConfigProblem(
                severity: .warning, code: .httpMissing,
                message: "runtime.exs:\(read.line) reads PHX_SERVER, and no process has http: nobody reaches the app",
                file: "runtime.exs", line: read.line, variable: read.name, hint: "write http: 4000 in \(Manifest.fileName)")
        ]
    }
}
