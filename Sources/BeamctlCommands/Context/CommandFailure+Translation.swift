import AppManifest
import BeamRelease
import Deploying
import FleetModel
import Foundation
import LocalPlatform

extension CommandFailure {
    /// Every error that a verb can end with, in words; nil for ArgumentParser's own, which it prints itself.
    init?(translating error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as PlatformError: self.init(error)
        case let error as LocalPlatformError: self.init("local_platform", error.description, hint: error.hint)
        case let error as ManifestError: self.init(error)
        case let error as BuildError:
            self.init(error.code.description, "\(error.place): \(error.reason)", hint: error.next, details: error.output)
        case let error as ReleaseError: self.init("release", error.sentence, hint: error.next)
        case let failure as ConfigFailure: self.init(failure)
        case let error as RenderError:
            self.init(
                "config", error.problems.first.map { "\($0)" } ?? "the configuration cannot be rendered",
                hint: "beamctl config shows every variable that the release reads", details: error.problems.map { "\($0)" })
        case is CancellationError: self.init("interrupted", "interrupted", exitCode: Exit.interrupted)
        case let error as any CustomNSError where error is CocoaError: self.init("file", error.localizedDescription)
        default: return nil
        }
    }

    /// A release that does not boot, with what else is known to be wrong.
    init(_ failure: ConfigFailure, more: [String] = []) {
        let about = failure.variables.isEmpty ? "" : " (\(failure.variables.joined(separator: ", ")))"
        self.init(
            "config", "the release does not boot with this configuration\(about): \(failure)",
            hint: "beamctl config shows every variable that the release reads", details: failure.message + more)
    }

    private init(_ error: ManifestError) {
        let problems = error.problems
        let lines = problems.map { problem in
            let place = [error.file, problem.line.map(String.init), problem.column.map(String.init)].compactMap(\.self)
            return "\(place.joined(separator: ":")): \(problem)"
        }
        let isOne = problems.count == 1
        self.init(
            "manifest", isOne ? lines[0] : "\(error.file) has \(problems.count) problems",
            hint: "docs/beamctl.reference.yml has every key", details: isOne ? [] : lines)
    }

    /// The error as one JSON object with a stable code.
    var json: String {
        var fields = ["code": code, "message": message]
        fields["hint"] = hint
        let data = try? JSONSerialization.data(
            withJSONObject: ["error": fields], options: [.sortedKeys, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension ReleaseError {
    fileprivate var sentence: String { place.isEmpty ? reason : "\(place): \(reason)" }
}
