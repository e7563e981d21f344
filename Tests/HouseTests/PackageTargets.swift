import Foundation

/// What `Package.swift` says of the targets, as SwiftPM itself reads it.
struct PackageTargets {
    struct Target {
        var name: String
        /// Names of targets and products that it declares.
        var dependencies: Set<String>
        /// Tests, and what several of them share.
        var isTest: Bool
    }

    let targets: [Target]

    /// The checkout's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Failed: Error {
        var output: String
    }

    /// Asks `swift package dump-package`. It gets a scratch folder of its own: with the usual one it would wait for the lock that
    /// `swift test` holds.
    static func read() throws -> PackageTargets {
        let scratch = NSTemporaryDirectory() + "beamctl-house-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let swift = Process()
        swift.executableURL = URL(filePath: "/usr/bin/env")
        swift.arguments = ["swift", "package", "--package-path", root.path, "--scratch-path", scratch, "dump-package"]
        let (output, errors) = (Pipe(), Pipe())
        swift.standardOutput = output
        swift.standardError = errors
        try swift.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        swift.waitUntilExit()
        guard swift.terminationStatus == 0 else { throw Failed(output: String(decoding: complained, as: UTF8.self)) }
        return PackageTargets(try JSONDecoder().decode(Dump.self, from: said))
    }

    private init(_ dump: Dump) {
        targets = dump.targets.map { target in
            let isTest = target.type == "test" || target.path?.hasPrefix("Tests/") == true
            return Target(name: target.name, dependencies: Set(target.dependencies.compactMap(\.name)), isTest: isTest)
        }
    }
}

/// The part of the dump that is needed here.
private struct Dump: Decodable {
    struct Target: Decodable {
        var name: String
        var type: String
        /// Nil where it is the folder of the target's name.
        var path: String?
        var dependencies: [Dependency]
    }

    /// `{"byName": [name, condition]}` or `{"product": [name, package, …]}`.
    struct Dependency: Decodable {
        var byName: [String?]?
        var product: [JSONAny]?
        var target: [String?]?

        var name: String? { byName?.first ?? target?.first ?? product?.first?.text }
    }

    /// A string, or anything else.
    struct JSONAny: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    var targets: [Target]
}
