import Glibc
import TestSupport

extension Wire {
    /// A connection over TLS that is read and written by hand: `openssl s_client` stands between.
    ///
    /// The program ends when the server ends the connection, and with this value.
    static func overTLS(
        to port: Int, name: String? = "hello.localhost", trust authority: String? = nil
    ) throws -> Wire {
        try client(to: port, name: name, trust: authority).wire
    }

    /// The same, with the program: what it has to say about TLS stands in its errors.
    static func client(
        to port: Int, name: String? = "hello.localhost", trust authority: String? = nil
    ) throws -> (wire: Wire, program: Spawned) {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure(description: "no pair of sockets")
        }
        defer { close(ends[1]) }
        let wire = Wire(descriptor: ends[0])
        var words = ["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(port)"]
        words += name.map { ["-servername", $0] } ?? ["-noservername"]
        if let authority { words += ["-CAfile", authority, "-verify_return_error"] }
        return (wire, try Spawned(words, wire: ends[1]))
    }
}

/// What a handshake with `openssl s_client` came to.
struct Greeting {
    /// Such as `TLSv1.3`; nil when there was none.
    var version: String?
    /// The protocol that both speak (RFC 7301).
    var applicationProtocol: String?
    /// The certificate's common name.
    var commonName: String?
    /// Whether its chain leads to the authority.
    var isTrusted = false

    static func with(
        _ port: Int, name: String?, trust authority: String? = nil, _ more: [String] = []
    ) async throws -> Greeting {
        var words = ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-alpn", "h2,http/1.1"]
        words += name.map { ["-servername", $0] } ?? ["-noservername"]
        if let authority { words += ["-CAfile", authority] }
        var greeting = Greeting()
        for await line in try Spawned(words + more).output {
            if line.hasPrefix("New, TLS") { greeting.version = String(line.dropFirst(5).prefix { $0 != "," }) }
            if let found = line.wholeMatch(of: #/ALPN protocol: (.*)/#) { greeting.applicationProtocol = String(found.1) }
            if let found = line.wholeMatch(of: #/subject=.*CN = ([^,]*).*/#) { greeting.commonName = String(found.1) }
            if line.contains("Verify return code: 0 (ok)") { greeting.isTrusted = true }
        }
        return greeting
    }
}
