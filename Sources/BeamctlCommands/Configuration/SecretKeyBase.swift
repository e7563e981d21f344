import FleetModel
import Foundation

/// What a Phoenix app signs and encrypts cookies with. It need not be known to anybody, so beamctl makes one where none is given.
enum SecretKeyBase {
    /// The variable that a generated runtime.exs reads it from.
    static let name = "SECRET_KEY_BASE"
    /// As `mix phx.gen.secret` makes it: 48 random bytes in base 64. Phoenix wants 64 characters at least.
    static let length = 64

    /// What is told of one that was made.
    static let words = "\(name) made, as none was given: \(length) random characters"

    /// Sets a new one as a secret of the app, for the next revision. Returns the settings with it.
    static func make(for key: AppKey, _ session: Session) async throws -> Settings {
        // The system's generator is cryptographically secure on Linux (getrandom(2)).
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<length * 3 / 4).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let request = SettingsRequest(
            change: SettingsChange(secrets: [name: Data(bytes).base64EncodedString()]), deploys: false,
            origin: RevisionOrigin(user: session.surroundings.user), id: RequestID.fresh())
        return try await session.platform.changeSettings(of: key, request).settings
    }
}
