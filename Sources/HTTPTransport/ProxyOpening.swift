import Glibc

/// How a proxy is asked for a way to somewhere, as a value: bytes come in, bytes go out, and then the way is open or it is not.
struct ProxyOpening {
    enum Action: Equatable {
        case send([UInt8])
        case wait
        /// The way is open; what the other end has sent by now.
        case open(early: [UInt8])
        case fail(String)
    }

    private enum Step { case connect, greeting, request, done }

    private let proxy: HTTPProxy
    private let host: String
    private let port: Int
    private var step: Step
    private var received: [UInt8] = []

    private static let longestAnswer = 16 << 10

    init(_ proxy: HTTPProxy, to host: String, port: Int) {
        (self.proxy, self.host, self.port) = (proxy, host, port)
        step = proxy.kind == .http ? .connect : .greeting
    }

    /// What is sent first.
    func begin() -> Action {
        switch proxy.kind {
        case .http:
            let place = "\(HTTPCall.bracketed(host)):\(port)"
            let credentials = proxy.credentials.map { "Proxy-Authorization: Basic \($0)\r\n" } ?? ""
            return .send(Array("CONNECT \(place) HTTP/1.1\r\nHost: \(place)\r\n\(credentials)\r\n".utf8))
        case .socks: return .send([5, 1, 0])
        }
    }

    /// Takes what came.
    mutating func receive(_ bytes: some Sequence<UInt8>) -> Action {
        received += bytes
        guard received.count <= Self.longestAnswer else { return .fail("the proxy's answer does not end") }
        switch step {
        case .connect: return connected()
        case .greeting: return greeted()
        case .request: return granted()
        case .done: return .wait
        }
    }

    private mutating func connected() -> Action {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return .wait }
        let line = String(decoding: received.prefix { $0 != 0x0D }, as: UTF8.self)
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return .fail("the proxy does not speak HTTP")
        }
        guard (200...299).contains(status) else {
            return .fail("the proxy refuses: \(words.dropFirst().joined(separator: " ").prefix(200))")
        }
        step = .done
        return .open(early: Array(received[end.upperBound...]))
    }

    private mutating func greeted() -> Action {
        guard received.count >= 2 else { return .wait }
        guard received[0] == 5 else { return .fail("the proxy does not speak SOCKS 5") }
        guard received[1] == 0 else { return .fail("the proxy wants a password") }
        guard let place = Self.place(host) else { return .fail("the host's name is too long for SOCKS") }
        received.removeFirst(2)
        step = .request
        return .send([5, 1, 0] + place + [UInt8(port >> 8 & 255), UInt8(port & 255)])
    }

    /// An address as its kind has it, a name as one that the proxy looks up (RFC 1928, 5).
    private static func place(_ host: String) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, host, &octets) == 1 { return [1] + octets[..<4] }
        if inet_pton(AF_INET6, host, &octets) == 1 { return [4] + octets }
        return host.utf8.count <= 255 ? [3, UInt8(host.utf8.count)] + host.utf8 : nil
    }

    private mutating func granted() -> Action {
        guard received.count >= 5 else { return .wait }
        guard received[0] == 5, received[1] == 0 else { return .fail("the proxy refuses (SOCKS reply \(received[1]))") }
        let address: Int
        switch received[3] {
        case 1: address = 4
        case 4: address = 16
        case 3: address = 1 + Int(received[4])
        default: return .fail("the proxy does not speak SOCKS 5")
        }
        let length = 4 + address + 2
        guard received.count >= length else { return .wait }
        step = .done
        return .open(early: Array(received[length...]))
    }
}
