import ControlAPI
import FleetModel
import HTTPTypes
import Hummingbird
import LocalPlatform
import NIOCore

/// Whole answers and questions in JSON.
enum JSONAnswer {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = try ControlCoding.bytes(value)
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func question<Value: Decodable>(_ request: Request) async throws -> Value {
        let body = try await request.body.collect(upTo: ControlServer.largestBody)
        do {
            return try ControlCoding.value(Value.self, from: body.readableBytesView)
        } catch let error as PlatformError {
            throw PlatformError(
                .versionMismatch, "the daemon does not understand the request: \(error.message)", hint: error.hint)
        }
    }
}

/// Every error leaves as a `PlatformError` in JSON, with a status that fits its code.
struct ErrorsAsJSON<Context: RequestContext>: RouterMiddleware {
    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response
    {
        do {
            return try await next(request, context)
        } catch let error as PlatformError {
            return try JSONAnswer.response(error, status: Self.status(of: error.code))
        } catch let error as LocalPlatformError {
            return try JSONAnswer.response(
                PlatformError(.failed, error.description, hint: error.hint), status: .internalServerError)
        } catch is NIOTooManyBytesError {
            let message = "\(request.method) \(request.uri.path): the request is larger than \(ControlServer.largestBody) bytes"
            return try JSONAnswer.response(PlatformError(.invalidRequest, message), status: .contentTooLarge)
        } catch let error as HTTPError {
            let message = "\(request.method) \(request.uri.path): \(error.status.code) \(error.body ?? error.status.reasonPhrase)"
            return try JSONAnswer.response(PlatformError(.invalidRequest, message), status: error.status)
        } catch {
            return try JSONAnswer.response(PlatformError(.failed, "\(error)"), status: .internalServerError)
        }
    }

    private static func status(of code: PlatformError.Code) -> HTTPResponse.Status {
        switch code {
        case .appNotFound, .replicaNotFound: .notFound
        case .invalidRequest, .versionMismatch: .badRequest
        case .noRoom: .conflict
        default: .internalServerError
        }
    }
}
