import AppManifest
import BeamRelease
import Deploying
import DockerClient
import FleetModel
import Foundation
import LocalPlatform
import OCIImage
import OCIRegistry

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
        case let error as OCIError: self.init(error.code.description, error.sentence, hint: error.next)
        case let error as DockerError:
            self.init(error.code.description, error.reason, hint: error.next, details: error.output)
        case let error as RegistryError: self.init(error.code.description, "\(error.place): \(error.reason)", hint: error.next)
        case let failure as ConfigFailure: self.init(failure)
        case let error as RenderError:
            self.init(
                "config", error.problems.first.map { "\($0)" } ?? "the configuration cannot be rendered",
                hint: "beamctl config shows every variable that the release reads", details: error.problems.map { "\($0)" })
        case is CancellationError: self.init("interrupted", "interrupted", exitCode: Exit.interrupted)
        case _ where String(reflecting: type(of: error)).hasPrefix("ArgumentParser."): return nil
        case let error as CocoaError:
            let path = error.userInfo[NSFilePathErrorKey].map { "\($0): " } ?? ""
            self.init("file", path + error.localizedDescription)
        default: self.init("failed", "\(error)")
        }
    }

    /// A release that does not boot, with what else is known to be wrong: a VM that ends does not always get all of its words out.
    ///
    /// - Parameter likely: The variables that it may be about, where it does not say.
    init(_ failure: ConfigFailure, likely: [String] = [], more: [String] = []) {
        let variables = failure.variables.isEmpty ? likely : failure.variables
        let about = variables.isEmpty ? "" : " (\(variables.joined(separator: ", ")))"
        self.init(
            "config", "the release does not boot with this configuration\(about): \(failure)",
            hint: failure.outOfMemory == nil
                ? "beamctl config shows every variable that the release reads"
                : "give it more: resources.memory in \(Manifest.fileName)", details: failure.message + more)
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
            hint: error.problems.contains { Self.concernsKeys($0.code) } ? "docs/beamctl.reference.yml has every key" : nil,
            details: isOne ? [] : lines)
    }

    private static func concernsKeys(_ code: ManifestProblem.Code) -> Bool {
        [.unknownKey, .wrongType, .badValue, .missing, .conflict].contains(code)
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

extension OCIError {
    fileprivate var sentence: String { place.isEmpty ? reason : "\(place): \(reason)" }
}

extension ReleaseError {
    fileprivate var sentence: String { place.isEmpty ? reason : "\(place): \(reason)" }
}
