import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// A request that got no answer.
public struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    /// Why, as far as it makes a difference.
    public enum Reason: Hashable, Sendable {
        /// Nothing listens there.
        case refused
        /// No address belongs to the host's name.
        case unresolved
        /// This user may not speak to the socket.
        case denied
        /// No answer came in time.
        case timeout
        /// No TLS came about: a certificate that is not trusted, or one of ours that the other side does not take.
        case handshake
        /// The connection broke, or what came was no HTTP.
        case broken
    }

    /// Why.
    public let reason: Reason
    /// The reason in words.
    public let why: String
    /// Method, place and reason in one line; never a header or a body.
    public let description: String

    init(_ call: HTTPCall, _ error: any Error) {
        reason = Self.reason(of: error)
        let place =
            switch call.target {
            case .unix(let path): path
            case .tcp(let host, let port), .tls(let host, let port): "\(host):\(port)"
            }
        why = reason.words ?? Self.words(of: error)
        let path = call.path.prefix { $0 != "?" }
        description = "\(call.method) \(path) at \(place): \(why)"
    }

    /// A library's error as ours; a cancellation as Swift's own.
    static func translated(_ error: any Error, of call: HTTPCall) -> any Error {
        let isCancelled = error is CancellationError || error as? HTTPClientError == .cancelled
        return isCancelled ? CancellationError() : HTTPFailure(call, error)
    }

    /// What only the error itself says, in one line.
    private static func words(of error: any Error) -> String {
        switch error {
        case NIOSSLError.handshakeFailed(.sslError(let stack)): "no TLS: \(stack)"
        case NIOSSLError.unableToValidateCertificate: "no TLS: the certificate is not trusted"
        case is NIOSSLExtraError: "no TLS: \(error)"
        default: "\(error)"
        }
    }

    private static func reason(of error: any Error) -> Reason {
        switch error {
        case let error as HTTPClientError:
            [.connectTimeout, .readTimeout, .deadlineExceeded].contains(error) ? .timeout : .broken
        case let error as IOError where [ECONNREFUSED, ENOENT].contains(error.errnoCode): .refused
        case let error as IOError where [EACCES, EPERM].contains(error.errnoCode): .denied
        // No address was tried: there was none.
        case let error as NIOConnectionError where error.connectionErrors.isEmpty: .unresolved
        case is NIOConnectionError: .refused
        case ChannelError.connectTimeout: .timeout
        case NIOSSLError.handshakeFailed, NIOSSLError.unableToValidateCertificate, is NIOSSLExtraError: .handshake
        default: .broken
        }
    }
}

extension HTTPFailure.Reason {
    /// In words, for people; nil where only the error itself says it.
    public var words: String? {
        switch self {
        case .refused: "nothing listens there"
        case .unresolved: "the host's name does not resolve"
        case .denied: "permission denied"
        case .timeout: "no answer in time"
        case .handshake, .broken: nil
        }
    }
}
