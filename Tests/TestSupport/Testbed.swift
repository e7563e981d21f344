public import Foundation

/// Scripts that bring real peers onto a machine, each of which does nothing twice.
public enum Testbed {
    /// A script, where there is one: in `BEAMCTL_TESTBED`, or in `shared/testbed` beside the checkout.
    public static func script(_ name: String) -> URL? {
        let checkout = URL(filePath: #filePath).appending(path: "../../..").standardized
        let folder = ProcessInfo.processInfo.environment["BEAMCTL_TESTBED"].map { URL(filePath: $0) }
        let script = (folder ?? checkout.appending(path: "../shared/testbed").standardized).appending(path: name)
        return FileManager.default.isExecutableFile(atPath: script.path) ? script : nil
    }
}
