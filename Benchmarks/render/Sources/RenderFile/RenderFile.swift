import BeamRelease
import Glibc

/// `RenderFile IN OUT`: renders and checks a `sys.config` with the environment's variables, and prints how many microseconds that
/// took without reading and writing.
@main
enum RenderFile {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { throw Failure(description: "usage: RenderFile IN OUT") }
        let text = String(decoding: try read(arguments[1]), as: UTF8.self)
        let renderer = ConfigRenderer(variables: try environment())
        let start = ContinuousClock.now
        let result = try renderer.systemConfig(text, file: arguments[1])
        let spent = ContinuousClock.now - start
        try write(result, to: arguments[2])
        print(spent.components.seconds * 1_000_000 + spent.components.attoseconds / 1_000_000_000_000)
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static func environment() throws -> [String: String] {
        var variables: [String: String] = [:]
        for entry in try read("/proc/self/environ").split(separator: 0) {
            let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let texts = parts.map { String(decoding: $0, as: UTF8.self) }
            if texts.count == 2 { variables[texts[0]] = texts[1] }
        }
        return variables
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw Failure(description: "\(path) cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        let step = 1 << 20
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: step) { buffer, count in
                count = fread(buffer.baseAddress, 1, step, file)
            }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(description: "\(path) cannot be written") }
        let bytes = Array(text.utf8)
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else { throw Failure(description: "\(path) cannot be written") }
    }
}
