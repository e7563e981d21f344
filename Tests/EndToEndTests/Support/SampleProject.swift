import Foundation

/// A sample whose release is built once, in a copy outside the checkout, and then only copied.
actor SampleProject {
    /// `samples/hello`, but for one line: it raises while it boots when `BOOM` is set.
    static let hello = SampleProject(
        "hello",
        build: #"""
            printf '%s\n' 'if boom = System.get_env("BOOM"), do: raise("boom: #{boom}")' >> config/runtime.exs
            MIX_ENV=prod mix release --overwrite --quiet
            """#)
    static let legacy = SampleProject("legacy", build: "MIX_ENV=prod mix release --overwrite --quiet")
    static let phoenixLike = SampleProject("phoenix_like", build: "MIX_ENV=prod mix release --overwrite --quiet")
    static let relx = SampleProject("relx", build: "rebar3 as prod release")

    private let name: String
    private let make: @Sendable (_ folder: String) async throws -> Void
    private var building: Task<String, any Error>?

    /// A sample, with a script that changes it first and then builds it.
    init(_ sample: String, as name: String? = nil, build: String) {
        self.init(name ?? sample) { folder in
            try await Self.shell(
                """
                mkdir '\(folder)' && cd '\(Programs.checkout)/samples/\(sample)'
                tar cf - --exclude=./_build . | tar xf - -C '\(folder)'
                cd '\(folder)'
                \(build)
                """)
        }
    }

    /// Something that is made in a folder which is not there yet.
    init(_ name: String, make: @escaping @Sendable (_ folder: String) async throws -> Void) {
        self.name = name
        self.make = make
    }

    /// A copy in a folder of its own, with its release built, and this manifest.
    func copy(to folder: String, manifest: String) async throws -> String {
        let source = try await built()
        let copy = "\(folder)/project-\(UUID().uuidString.prefix(8))"
        try await Self.shell("mkdir -p '\(folder)' && cp -a '\(source)' '\(copy)'")
        try Self.write(manifest, to: copy)
        return copy
    }

    /// Gives a project another manifest.
    static func write(_ manifest: String, to project: String) throws {
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: project + "/beamctl.yml"))
    }

    /// The folder in which its release lies, built.
    func built() async throws -> String {
        if let building { return try await building.value }
        let folder = Self.folder + "/" + name
        let task = Task { [make] in
            try await make(folder)
            return folder
        }
        building = task
        return try await task.value
    }

    /// Where they are built; goes away with the process.
    private static let folder: String = {
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: SampleProject.path) }
        return path
    }()

    private static let path = FileManager.default.temporaryDirectory.path + "/beamctl-samples-\(getpid())"

    static func shell(_ script: String) async throws {
        let outcome = try await Command("/bin/sh", ["-ec", script]).run(within: .seconds(300))
        guard outcome.code == 0 else { throw Failed(outcome: outcome) }
    }

    struct Failed: Error {
        let outcome: Outcome
    }
}
