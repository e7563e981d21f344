import BeamRelease
import OCIImage

/// Whether a release runs on a base image: its machine, its dynamic loader, its libraries and their versions, and the programs that start
/// scripts call. Libraries that the base lacks are taken along from this machine, where that can be done.
struct CompatibilityCheck {
    /// A library that goes into the image beside the release.
    struct Brought: Hashable {
        /// The name that programs ask for.
        var name: String
        /// Where it is on this machine.
        var path: String
    }

    /// What came out.
    struct Outcome: Hashable {
        /// What will keep the release from running, in words.
        var problems: [String] = []
        /// What should be known.
        var notes: [String] = []
        /// What is taken along, by name.
        var brought: [Brought] = []
    }

    let base: BaseFacts
    let baseName: String
    /// The release that is checked; nil: it is programs alone, which call no scripts.
    let release: Release?
    /// Whether what is missing may be taken from this machine.
    let bringsLibraries: Bool
    /// Finds a library of this machine; nil when there is none.
    let find: (_ name: String) -> (path: String, file: ELFFile)?

    /// Libraries that belong to the C library: with another version of it than the base's own, no program starts.
    private static let ofLibc: Set<String> = [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2",
        "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1",
    ]
    /// `e_machine`, as Go calls them.
    private static let machines = [3: "386", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64"]

    private var subject: String { release == nil ? "the program" : "the release" }

    private func checkScripts(of release: Release, _ outcome: inout Outcome) {
        for name in ["sh", "awk", "sed", "cat"] where !base.programs.contains(name) {
            outcome.problems.append("\(baseName) has no \(name), which the release's start script calls")
        }
        if !release.includesERTS, !base.programs.contains("erl") {
            outcome.problems.append("the release has no ERTS in it (include_erts: false), and \(baseName) has no erl")
        }
    }

    func outcome(_ needs: ReleaseNeeds) -> Outcome {
        var outcome = Outcome()
        if let unread = base.unread {
            outcome.notes.append(
                "whether \(subject) runs on \(baseName) was not checked: \(unread), which cannot be looked into")
            return outcome
        }
        if let release { checkScripts(of: release, &outcome) }
        guard let machine = needs.machine else { return outcome }
        if let other = base.machine, other != machine {
            outcome.problems.append(
                "\(subject) is for \(Self.name(machine)), and \(baseName) for \(Self.name(other)): build \(subject) on such a machine"
            )
            return outcome
        }
        for (loader, file) in needs.loaders.sorted(by: { $0.key < $1.key })
        where SystemLibraries.loaders.contains(loader) && !base.loaders.contains(loader) {
            let musl = base.loaders.contains { $0.contains("musl") } ? ": it has musl, and \(subject) was built with glibc" : ""
            outcome.problems.append("\(baseName) has no \(loader), with which \(file) starts\(musl)")
        }
        guard outcome.problems.isEmpty else { return outcome }
        check(needs, &outcome)
        return outcome
    }

    /// Libraries that are brought need others in turn.
    private func check(_ first: ReleaseNeeds, _ outcome: inout Outcome) {
        var needs = first
        var (judged, brought): ([String: Set<String>], Set<String>) = ([:], [])
        while let (name, wanted) = needs.libraries.sorted(by: { $0.key < $1.key }).first(where: {
            judged[$0.key] != $0.value.versions
        }) {
            judged[name] = wanted.versions
            if brought.contains(name) { continue }
            guard let there = base.libraries[name] else {
                if bringsLibraries, !Self.ofLibc.contains(name), let found = find(name), found.file.machine == needs.machine {
                    brought.insert(name)
                    outcome.brought.append(Brought(name: name, path: found.path))
                    needs.add(found.file, name)
                } else {
                    outcome.problems.append("\(baseName) has no \(name), which \(wanted.by) needs")
                }
                continue
            }
            let missing = wanted.versions.subtracting(there).sorted()
            guard !there.isEmpty, let worst = missing.last else { continue }
            outcome.problems.append(
                "\(name) of \(baseName) is too old: \(wanted.by) needs \(worst), and the newest there is \(Self.newest(there, like: worst))"
            )
        }
        if !outcome.brought.isEmpty {
            outcome.brought.sort { $0.name < $1.name }
            outcome.notes.append(
                "taken along from this machine, as \(baseName) has none: \(outcome.brought.map(\.name).joined(separator: ", "))")
        }
    }

    /// The last of the versions with the same name before the number: `GLIBC_2.36`.
    private static func newest(_ versions: [String], like version: String) -> String {
        let family = version.prefix { $0 != "_" }
        let numbers = { (text: String) in text.drop { !$0.isNumber }.split(separator: ".").map { Int($0) ?? 0 } }
        let same = versions.filter { $0.hasPrefix("\(family)_") && $0.last?.isNumber == true }
        return same.max { numbers($0).lexicographicallyPrecedes(numbers($1)) } ?? "another"
    }

    private static func name(_ machine: Int) -> String { machines[machine] ?? "machine \(machine)" }

    /// Looks for a library where this machine's loader does.
    static func findHere(_ name: String) -> (path: String, file: ELFFile)? { findHere(name, before: []) }

    /// The same, in other folders first.
    static func findHere(_ name: String, before folders: [String]) -> (path: String, file: ELFFile)? {
        guard !name.contains("/") else { return nil }
        for folder in folders + SystemLibraries.folders(architecture: ImagePlatform.here.architecture) {
            if let file = ReleaseNeeds.read("\(folder)/\(name)") { return ("\(folder)/\(name)", file) }
        }
        return nil
    }
}
