import Foundation
import Testing

@testable import ImageBuild

@Suite(
    "What programs and libraries need and offer",
    .enabled(if: FileManager.default.fileExists(atPath: SystemFixture.loaderPath), "x86-64 with glibc"))
struct ELFTests {
    private func read(_ path: String) throws -> ELFFile {
        try #require(ELFFile(Array(try Data(contentsOf: URL(filePath: path).resolvingSymlinksInPath()))))
    }

    @Test(
        "a program's loader, libraries and their versions are what readelf(1) says",
        arguments: ["/bin/ls", "/usr/bin/perl", "/usr/bin/git"])
    func program(path: String) throws {
        let file = try read(path)
        #expect(file.interpreter == SystemFixture.loaderPath && file.machine == 62)
        let told = try shell("LC_ALL=C readelf -d -V '\(path)'")
        let needed = told.matches(of: /\(NEEDED\)\s+Shared library: \[([^\]]+)\]/).map { String($0.1) }
        #expect(file.needed == needed && !needed.isEmpty)
        let section = told.components(separatedBy: "Version needs section").last ?? ""
        let versions = section.matches(of: /Name: (\S+)\s+Flags/).map { String($0.1) }
        #expect(Set(file.wanted.values.flatMap(\.self)) == Set(versions))
    }

    @Test("a library's name and the versions that it defines are read")
    func library() throws {
        let file = try read("\(SystemFixture.folder)/libc.so.6")
        #expect(file.name == "libc.so.6" && file.interpreter == SystemFixture.loaderPath)
        let told = try shell("LC_ALL=C readelf -V \(SystemFixture.folder)/libc.so.6")
        let section =
            told.components(separatedBy: "Version definition section").last?.components(separatedBy: "Version needs").first ?? ""
        let names = section.matches(of: /Cnt: \d+\s+Name: (\S+)/).map { String($0.1) }
        #expect(file.defined == names && names.contains("GLIBC_2.34"))
    }

    @Test("what is no ELF file is none, and no change of one's bytes makes the reader crash or hang")
    func fuzzed() throws {
        for bytes in [[], [0x7F], Array("#!/bin/sh\n".utf8), [UInt8](repeating: 0x7F, count: 100)] {
            #expect(ELFFile(bytes) == nil)
        }
        let whole = Array(try Data(contentsOf: URL(filePath: "/bin/true").resolvingSymlinksInPath()))
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                // Most of what is read stands at the beginning and in the dynamic section, near the end.
                let place =
                    Bool.random(using: &generator)
                    ? Int.random(in: 0..<2048, using: &generator) : Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            if let file = ELFFile(bytes) { #expect(file.needed.count <= 4096) }
        }
    }

    private func shell(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", command]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
