import FleetModel
import Foundation
import Testing

/// What a replica of a sample says of itself at `/config`.
struct Answer {
    private let values: [String: Data]

    init(_ text: String) {
        var values: [String: Data] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = Data(base64Encoded: String(parts[1])) }
        }
        self.values = values
    }

    /// The bytes of a setting: two texts can be equal in Swift and differ in bytes.
    func bytes(_ name: String) -> Data? { values[name] }

    func text(_ name: String) -> String? { values[name].map { String(decoding: $0, as: UTF8.self) } }

    /// The nodes that it is connected to.
    var peers: [String] { (text("peers") ?? "").split(separator: " ").map(String.init) }
}

extension Machine {
    /// Deploys a project whose release is built, and sees that it goes well.
    @discardableResult
    func deploy(_ project: String, _ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        let command = ["deploy", project, "--no-build", "--timeout", "30"]
        let outcome = try await beamctl(command + arguments, environment: environment)
        try #require(outcome.code == 0, "\(outcome)")
        return outcome
    }

    /// What each replica of a sample answers at `/config`, by age.
    func answers(of app: String) async throws -> [Answer] {
        var answers: [Answer] = []
        for replica in try await status(app).replicas {
            let page = try await page("/config", of: replica)
            try #require(page.code == 0, "\(page)")
            answers.append(Answer(page.output))
        }
        return answers
    }

    func page(_ path: String, of replica: Replica) async throws -> Outcome {
        try await Command(
            "/usr/bin/curl", ["-sSf", "-m", "5", "http://\(replica.slot.address):\(replica.slot.port)\(path)"]
        ).run(within: .seconds(10))
    }

    /// What must stay as it is when a deploy is refused.
    func untouched(_ app: String) async throws -> Untouched {
        let status = try await status(app)
        return Untouched(
            revision: status.revision.number,
            replicas: status.replicas.map { "\($0.name) \($0.pid ?? 0) \($0.phase) \($0.revision) \($0.restarts)" })
    }

    struct Untouched: Equatable {
        let revision: Int
        let replicas: [String]
    }
}
