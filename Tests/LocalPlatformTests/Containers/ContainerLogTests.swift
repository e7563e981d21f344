import Foundation
import TestSupport
import Testing

@testable import DockerClient
@testable import LocalPlatform

@Suite("The log of a container")
struct ContainerLogTests {
    private func output(_ second: Int, _ text: String, isWhole: Bool = true) -> ContainerOutput {
        ContainerOutput(
            stream: .stdout, at: "2026-11-26T19:00:\(10 + second).200784453Z", text: Array(text.utf8), isWhole: isWhole)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("lines are written as a keeper writes them, and a log that is taken up again neither loses nor repeats one")
    func resumed() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        var log = ContainerLog(path: path)
        #expect(log.resume() == "0")
        try log.write([output(0, "a"), output(1, "b"), output(1, "c")])
        #expect(try text(path).split(separator: "\n").first == "2026-11-26T19:00:10.200784453Z stdout F a")

        var next = ContainerLog(path: path)
        #expect(next.resume() == "1795719611.200784453")
        // The Engine tells the last moment again, to which a line has come meanwhile.
        try next.write([output(1, "b"), output(1, "c"), output(1, "d")])
        try next.write([output(2, "e", isWhole: false), output(2, "f")])
        let lines = try text(path).split(separator: "\n").map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
        #expect(lines == ["F a", "F b", "F c", "F d", "P e", "F f"])
    }

    @Test("a line that was being written when the daemon was killed is written again")
    func torn() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        var log = ContainerLog(path: path)
        try log.write([output(0, "a"), output(1, "bcd")])
        let whole = try text(path)
        try String(whole.dropLast(3)).write(toFile: path, atomically: false, encoding: .utf8)
        var next = ContainerLog(path: path)
        _ = next.resume()
        try next.write([output(0, "a"), output(1, "bcd")])
        #expect(try text(path) == whole)
    }

    @Test("a file that has grown is put away, and the next one goes on from it")
    func rotated() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        var log = ContainerLog(path: path)
        // As an Engine cuts them.
        let part = output(0, String(repeating: "x", count: 16 << 10), isWhole: false)
        try log.write([ContainerOutput](repeating: part, count: ContainerLog.fileBytes >> 14))
        #expect(FileManager.default.fileExists(atPath: path + ".1") && !FileManager.default.fileExists(atPath: path))
        var next = ContainerLog(path: path)
        #expect(next.resume() != "0")
        try next.write([part, output(1, "new")])
        #expect(try text(path) == "2026-11-26T19:00:11.200784453Z stdout F new\n")
    }

    @Test("the Engine's frames are taken apart, however they are cut")
    func frames() throws {
        func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
            let bytes = Array(text.utf8)
            return [stream, 0, 0, 0, 0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
        }
        let bytes = frame(1, "T1 one\n") + frame(2, "T2 part") + frame(1, "T3 \n")
        let expected = [
            ContainerOutput(stream: .stdout, at: "T1", text: Array("one".utf8), isWhole: true),
            ContainerOutput(stream: .stderr, at: "T2", text: Array("part".utf8), isWhole: false),
            ContainerOutput(stream: .stdout, at: "T3", text: [], isWhole: true),
        ]
        for size in [1, 2, 7, 8, 9, bytes.count] {
            var frames = OutputFrames()
            var found: [ContainerOutput] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += try frames.take(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(found == expected)
        }
        var hostile = OutputFrames()
        #expect(throws: DockerError.self) { try hostile.take([1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]) }
        var strange = OutputFrames()
        #expect(throws: DockerError.self) { try strange.take([7, 0, 0, 0, 0, 0, 0, 1, 65]) }
    }
}
