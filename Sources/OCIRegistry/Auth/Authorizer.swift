import FoundationEssentials
import HTTPTransport
import NIOCore
import Synchronization

/// Knows what to send along so that a registry does what it is asked, and gets it when the registry asks for it (distribution
/// specification; Docker's "Token Authentication Specification").
final class Authorizer: Sendable {
    private let transport: HTTPTransport
    private let credentials: any CredentialSource
    private let known = Mutex<[Key: String]>([:])

    private struct Key: Hashable {
        var registry: String
        var scope: String
    }

    private struct TokenAnswer: Decodable {
        var token: String?
        var access_token: String?
    }

    init(transport: HTTPTransport, credentials: any CredentialSource) {
        self.transport = transport
        self.credentials = credentials
    }

    /// The field that was right the last time; nil: none yet.
    func field(for registry: RegistryAddress, scope: String) -> String? {
        known.withLock { $0[Key(registry: registry.name, scope: scope)] }
    }

    /// The field that answers a refusal; nil when nothing better than what was sent is known.
    func answer(_ challenges: [AuthChallenge], from registry: RegistryAddress, scope: String, sent: String?) async throws
        -> String?
    {
        let own = try await credentials.credentials(for: registry.name)
        var field: String?
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            field = "Bearer " + (try await token(bearer, own, registry, scope))
        } else if challenges.contains(where: { $0.scheme == "basic" }), case .password(let user, let password) = own {
            field = Self.basic(user, password)
        }
        // A password that was refused is refused again; a token may have grown old.
        guard let field, field != sent else { return nil }
        known.withLock { $0[Key(registry: registry.name, scope: scope)] = field }
        return field
    }

    static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    private func token(
        _ challenge: AuthChallenge, _ own: RegistryCredentials, _ registry: RegistryAddress, _ scope: String
    ) async throws -> String {
        guard let text = challenge.parameters["realm"], let realm = WebLocation(text) else {
            throw RegistryError(.protocolBroken, at: registry.name, "wants a token and does not say from where")
        }
        // A password never goes in clear to where the registry itself is not asked in clear.
        guard realm.isEncrypted || !registry.isEncrypted else {
            throw RegistryError(.protocolBroken, at: registry.name, "wants a token from \(realm.authority), in clear")
        }
        let service = challenge.parameters["service"] ?? ""
        let wanted = challenge.parameters["scope"].flatMap { $0.isEmpty ? nil : $0 } ?? scope
        let answer = try await transport.send(call(realm, own, service: service, scope: wanted), timeout: .seconds(30))
        let body = Array(answer.body.readableBytesView)
        guard answer.isSuccess else {
            let said = RegistryRefusal.words(in: body).map { ", \($0)" } ?? ""
            throw RegistryError(
                answer.status == 401 || answer.status == 403 ? .denied : .protocolBroken, at: realm.authority,
                "gives out no token for \(registry.name): \(answer.status)\(said)", next: "docker login \(registry.name)")
        }
        let tokens = try? JSONDecoder().decode(TokenAnswer.self, from: Data(body))
        guard let token = tokens?.token ?? tokens?.access_token, !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw RegistryError(.protocolBroken, at: realm.authority, "answered without a token")
        }
        return token
    }

    private func call(_ realm: WebLocation, _ own: RegistryCredentials, service: String, scope: String) -> HTTPCall {
        let items = [("service", service), ("scope", scope)].filter { !$0.1.isEmpty }
        let host = [(name: "Host", value: realm.authority), (name: "User-Agent", value: RegistryClient.agent)]
        switch own {
        case .none:
            return HTTPCall("GET", realm.adding(items).path, at: realm.target, headers: host)
        case .password(let user, let password):
            let field = (name: "Authorization", value: Self.basic(user, password))
            return HTTPCall("GET", realm.adding(items + [("account", user)]).path, at: realm.target, headers: host + [field])
        case .refreshToken(let token):
            let form = (items + [("grant_type", "refresh_token"), ("client_id", "beamctl"), ("refresh_token", token)])
                .map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
            return HTTPCall(
                "POST", realm.path, at: realm.target,
                headers: host + [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
                body: ByteBuffer(string: form))
        }
    }
}
