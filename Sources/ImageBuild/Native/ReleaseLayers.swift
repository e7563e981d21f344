import BeamRelease
import OCIImage

/// How a release is split into layers, by how often their contents change: ERTS, OTP and Elixir with the machine they come from, the
/// dependencies with `mix.lock`, boot files and scripts with the release's version, the project's own applications with every build.
struct ReleaseLayers {
    /// One layer to be.
    struct Layer {
        /// What it holds, for people.
        var name: String
        var entries: [LayerEntry]
    }

    /// The layers, the lowest first; those that would be empty are left out.
    let layers: [Layer]

    /// - Parameter brought: Libraries that the base lacks: names, and where they are.
    init(_ release: Release, _ entries: [ReleaseContents.Entry], own: Set<String>, brought: [CompatibilityCheck.Brought]) {
        let applications = Dictionary(
            release.applications.map { ("lib/\($0.name)-\($0.version)", $0.name) }, uniquingKeysWith: { first, _ in first })
        var split: [Part: [LayerEntry]] = [:]
        for entry in entries {
            let part = Self.part(of: entry.path, applications, own)
            split[part, default: []].append(Self.entry(entry))
        }
        split[.runtime, default: []] += brought.map {
            LayerEntry(Self.inImage(ImagePaths.libraries) + "/\($0.name)", .file($0.path), mode: 0o755)
        }
        split[.scripts, default: []] += Self.ours(release)
        let elixir = release.elixir.map { ", Elixir \($0)" } ?? ""
        let names: [Part: String] = [
            .runtime: release.includesERTS ? "ERTS \(release.erts), OTP \(release.otp)\(elixir)" : "OTP \(release.otp)\(elixir)",
            .dependencies: "dependencies", .scripts: "boot files, scripts and configuration",
            .own: "\(release.name) \(release.version)",
        ]
        layers = Part.allCases.compactMap { part in
            guard let entries = split[part], entries.contains(where: { $0.content != .folder }) else { return nil }
            return Layer(name: names[part] ?? "", entries: LayerEntry.withFolders(entries))
        }
    }

    private enum Part: CaseIterable {
        case runtime, dependencies, scripts, own
    }

    private static func part(of path: String, _ applications: [String: String], _ own: Set<String>) -> Part {
        let parts = path.split(separator: "/", maxSplits: 2)
        guard let first = parts.first else { return .scripts }
        if first.hasPrefix("erts-") { return .runtime }
        guard first == "lib", parts.count > 1 else { return first == "lib" ? .runtime : .scripts }
        let folder = "lib/\(parts[1])"
        let name = applications[folder] ?? String(parts[1].prefix { $0 != "-" })
        if own.contains(name) { return .own }
        return ofRuntime.contains(name) ? .runtime : .dependencies
    }

    /// The applications of Erlang/OTP and of Elixir.
    private static let ofRuntime: Set<String> = [
        "asn1", "common_test", "compiler", "crypto", "debugger", "dialyzer", "diameter", "edoc", "eldap", "erl_docgen",
        "erl_interface", "et", "eunit", "ftp", "inets", "jinterface", "kernel", "megaco", "mnesia", "observer", "odbc", "os_mon",
        "parsetools", "public_key", "reltool", "runtime_tools", "sasl", "snmp", "ssh", "ssl", "stdlib", "syntax_tools", "tftp",
        "tools", "wx", "xmerl", "eex", "elixir", "ex_unit", "iex", "logger", "mix",
    ]

    private static func inImage(_ path: String) -> String { String(path.dropFirst()) }

    private static func entry(_ entry: ReleaseContents.Entry) -> LayerEntry {
        let path = "\(inImage(ImagePaths.release))/\(entry.path)"
        switch entry.kind {
        case .folder: return LayerEntry(path, .folder, mode: 0o755)
        case .file(let file, let isExecutable): return LayerEntry(path, .file(file), mode: isExecutable ? 0o755 : 0o644)
        case .text(let text, let isExecutable):
            return LayerEntry(path, .bytes(Array(text.utf8)), mode: isExecutable ? 0o755 : 0o644)
        case .link(let target): return LayerEntry(path, .link(target), mode: 0o777)
        }
    }

    /// What beamctl adds to the release.
    private static func ours(_ release: Release) -> [LayerEntry] {
        let folder = inImage(ImagePaths.beamctl)
        return [
            .text(inImage(ImagePaths.entrypoint), Entrypoint.text, isExecutable: true),
            .text("\(folder)/peer_agent.erl", PeerAgent.text),
            .text("\(folder)/release", release.imageFacts),
        ]
    }
}
