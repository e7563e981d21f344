/// A program of beamctl. They lie beside each other in one folder: ``MachineSettings/path(of:)``.
public enum OwnProgram: String, CaseIterable, Sendable {
    case beamctl
    case daemon = "beamctl-daemon"
    case nameServer = "beamctl-dns"
    case entrance = "beamctl-entrance"
    case keeper = "beamctl-keeper"
}
