import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

/// A request that got no answer.
public struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    /// Why, as far as it makes a difference.
    public enum Reason: Hashable, Sendable {
        /// Nothing listens there.
        case refused
        /// No answer came in time.
        case timeout
        /// No TLS came about: a certificate that is not trusted, or one of ours that the other side does not take.
        case handshake
        /// The connection broke, or what came was no HTTP.
        case broken
    }

    /// Why.
    public let reason: Reason
    /// Method, place and reason in one line; never a header or a body.
    public let description: String

    init(_ call: HTTPCall, _ error: any Error) {
        reason = Self.reason(of: error)
        let place =
            switch call.target {
            case .unix(let path): path
            case .tcp(let host, let port), .tls(let host, let port): "\(host):\(port)"
            }
        let why =
            switch reason {
            case .refused: "nothing listens there"
            case .timeout: "no answer in time"
            case .handshake: "no TLS: \(Self.words(of: error))"
            case .broken: "\(error)"
            }
        let path = call.path.prefix { $0 != "?" }
        description = "\(call.method) \(path) at \(place): \(why)"
    }

    /// A library's error as ours; a cancellation as Swift's own.
    static func translated(_ error: any Error, of call: HTTPCall) -> any Error {
        let isCancelled = error is CancellationError || error as? HTTPClientError == .cancelled
        return isCancelled ? CancellationError() : HTTPFailure(call, error)
    }

    /// What TLS says of a failure, in one line.
    private static func words(of error: any Error) -> String {
        switch error {
        case NIOSSLError.handshakeFailed(.sslError(let stack)): "\(stack)"
        case NIOSSLError.unableToValidateCertificate: "the certificate is not trusted"
        default: "\(error)"
        }
    }

    private static func reason(of error: any Error) -> Reason {
        switch error {
        case let error as HTTPClientError:
            [.connectTimeout, .readTimeout, .deadlineExceeded].contains(error) ? .timeout : .broken
        case let error as IOError where error.errnoCode == 111 || error.errnoCode == 2: .refused  // ECONNREFUSED, ENOENT
        case is NIOConnectionError: .refused
        case ChannelError.connectTimeout: .timeout
        case NIOSSLError.handshakeFailed, NIOSSLError.unableToValidateCertificate, is NIOSSLExtraError: .handshake
        default: .broken
        }
    }
}
