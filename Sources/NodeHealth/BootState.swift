public import FleetModel

/// How far a BEAM has come on its way to serve.
public enum BootState: Hashable, Sendable, CustomStringConvertible {
    /// The boot script is not done, or the node is on its way down.
    case booting
    /// The boot script is done, but this application does not run: it has not been started, or it has stopped.
    case awaitingApplication(String)
    /// The boot script is done, and the application runs.
    case started

    /// Words for a person.
    public var description: String {
        switch self {
        case .booting: "boot is not finished"
        case .awaitingApplication(let name): "application \(name) is not started"
        case .started: "started"
        }
    }
}

extension NodeReport {
    /// Judges how far the node is, by its own application.
    ///
    /// - Parameter application: the OTP application's name, as in its `.app` file.
    public func bootState(of application: String) -> BootState {
        guard isBooted else { return .booting }
        return applications.contains(application) ? .started : .awaitingApplication(application)
    }
}
