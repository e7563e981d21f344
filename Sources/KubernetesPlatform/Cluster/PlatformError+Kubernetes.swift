import FleetModel
import KubernetesClient

extension PlatformError {
    /// What an API server refused, in the platform's terms.
    init(_ error: KubernetesError) {
        let code: Code =
            switch error.code {
            case .unreachable, .timeout, .unavailable: .unreachable
            case .invalid: .invalidRequest
            default: Code(rawValue: error.code.description.replacing("-", with: "_"))
            }
        self.init(code, error.reason, hint: error.next)
        if error.code == .conflict, !error.conflicts.isEmpty {
            hint = "leave these fields to their manager, or take them over: --force-conflicts"
        }
    }

    /// Any error of this room as one of the platform; what is none of ours stays as it is.
    static func translating(_ error: any Error) -> any Error {
        switch error {
        case let error as KubernetesError: PlatformError(error)
        case let error as RenderingError: PlatformError(.invalidRequest, "\(error)", hint: "beamctl render kubernetes")
        default: error
        }
    }
}
