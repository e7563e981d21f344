/// A release resource file: `{release, {Name, Version}, {erts, ERTS}, [{Application, Version} | …]}.` (SASL, `rel(4)`).
struct ReleaseResource {
    var path: String
    var name: String
    var version: String
    var erts: RuntimeVersion
    var applications: [Release.Application]

    /// The resource in a version's folder. Where there are several (relx keeps `start_clean.rel` and the like), the release's
    /// own is the one whose name is that of a script in `bin/`.
    static func find(in folder: String, root: String) throws(ReleaseError) -> ReleaseResource {
        let names = TextFiles.names(in: folder).filter { $0.hasSuffix(".rel") }
        let own = names.filter { TextFiles.exists("\(root)/bin/\($0.dropLast(4))") }
        guard let file = own.first ?? names.first else {
            throw ReleaseError(.badFile, at: folder, "holds no .rel file", next: "build the release anew")
        }
        let resource = try read("\(folder)/\(file)")
        guard TextFiles.exists("\(root)/bin/\(resource.name)") else {
            throw ReleaseError(
                .notARelease, at: root, "there is no start script bin/\(resource.name)",
                next: "include executables for Unix (mix), or extended_start_script (rebar3)")
        }
        return resource
    }

    static func read(_ path: String) throws(ReleaseError) -> ReleaseResource {
        let text = try TextFiles.bytes(of: path) ?? []
        let terms: [ErlangTerm]
        do {
            terms = try Consult.terms(in: text)
        } catch {
            throw ReleaseError(.badFile, at: "\(path):\(error.line):\(error.column)", "\(error.reason)")
        }
        guard let resource = ReleaseResource(terms, path: path) else {
            throw ReleaseError(
                .badFile, at: path, "expected {release, {Name, Version}, {erts, Version}, [{Application, Version}]}")
        }
        return resource
    }

    private init?(_ terms: [ErlangTerm], path: String) {
        guard terms.count == 1, case .tuple(let parts) = terms[0], parts.count == 4, parts[0] == .atom("release"),
            case .tuple(let title) = parts[1], title.count == 2, let name = title[0].text, let version = title[1].text,
            case .tuple(let runtime) = parts[2], runtime.count == 2, runtime[0] == .atom("erts"),
            let erts = runtime[1].text.flatMap(RuntimeVersion.init), case .list(let listed, nil) = parts[3]
        else { return nil }
        let applications = listed.compactMap(Self.application)
        guard applications.count == listed.count, Self.isName(name) else { return nil }
        self.path = path
        self.name = name
        self.version = version
        self.erts = erts
        self.applications = applications
    }

    /// `{Name, Version}`, `{Name, Version, Type}`, `{Name, Version, Included}` or `{Name, Version, Type, Included}`.
    private static func application(_ term: ErlangTerm) -> Release.Application? {
        guard case .tuple(let parts) = term, (2...4).contains(parts.count), case .atom(let name) = parts[0],
            let version = parts[1].text
        else { return nil }
        let isIdle = parts.dropFirst(2).contains { $0 == .atom("load") || $0 == .atom("none") }
        return Release.Application(name: name, version: version, isStarted: !isIdle)
    }

    /// The name becomes a file name and part of a node's name.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
