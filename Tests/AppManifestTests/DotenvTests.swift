import AppManifest
import Foundation
import Testing

@Suite("Files of variables")
struct DotenvTests {
    private func read(_ text: String) throws -> [[String]] {
        try Dotenv.read(text, file: ".env").map { [$0.name, $0.value] }
    }

    private func problems(_ text: String) -> [String] {
        do throws(ManifestError) {
            _ = try Dotenv.read(text, file: ".env")
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("variables are read in their order, with every way to write them")
    func everything() throws {
        let text = #"""
            # a comment
            PLAIN=value

              export EXPORTED=yes
            BLANKS =  a b   # a comment
            EMPTY=
            NOTHING= # a comment
            HASH=a#b
            COLOR=#fff
            SINGLE='a "b" \n $X # c'  # a comment
            DOUBLE="a\tb\n\"c\" \\ \$X $Y ${Z} 'd'"# a comment
            QUOTE=it's
            EQUALS=a=b==
            LINES="one
            two # no comment
            three"
            RAW='one
            two'
            TEXT=Grüße
            export=1
            """#
        #expect(
            try read(text) == [
                ["PLAIN", "value"], ["EXPORTED", "yes"], ["BLANKS", "a b"], ["EMPTY", ""], ["NOTHING", ""], ["HASH", "a#b"],
                ["COLOR", "#fff"], ["SINGLE", "a \"b\" \\n $X # c"], ["DOUBLE", "a\tb\n\"c\" \\ $X $Y ${Z} 'd'"],
                ["QUOTE", "it's"], ["EQUALS", "a=b=="], ["LINES", "one\ntwo # no comment\nthree"], ["RAW", "one\ntwo"],
                ["TEXT", "Grüße"], ["export", "1"],
            ])
    }

    @Test("lines may end as on Windows, and a mark of the byte order is not seen")
    func windows() throws {
        #expect(try read("\u{FEFF}A=1 \r\nB='2'\r\n\r\nC=3\r") == [["A", "1"], ["B", "2"], ["C", "3"]])
        #expect(try read("") == [])
        #expect(try read("\n\n#") == [])
    }

    @Test(
        "what is wrong is told with line, column and name, never with a value",
        arguments: [
            ("A", [".env:1:1: expected NAME=value"]),
            ("A=1\n  B C=hunter2", [".env:2:3: expected NAME=value"]),
            ("=hunter2", [".env:1:1: the word before = is empty"]),
            (
                "1A=hunter2",
                [".env:1:1: the word before = is no name of a variable: letters, digits and _ make one, no digit first"]
            ),
            ("export 'A'", [".env:1:8: expected NAME=value"]),
            ("A=1\nB=2\nA=3", [".env:3:1: A: is given twice; first in line 1"]),
            ("A=1\n\nB=\"hunter2\nC=3", [".env:3:3: B: the \" is never closed"]),
            ("A='hunter2", [".env:1:3: A: the ' is never closed"]),
            ("A=\"ü\\xhunter2\"", [".env:1:5: A: this backslash begins none of \\n, \\t, \\r, \\\", \\\\ and \\$"]),
            ("A='x' hunter2\nB=1", [".env:1:7: A: something stands behind the closing quote"]),
            ("A=\0hunter2", [".env:1:3: A: has a zero byte in its value"]),
            (
                "A\nB=\"\\q\"\nB=2",
                [
                    ".env:1:1: expected NAME=value",
                    ".env:2:4: B: this backslash begins none of \\n, \\t, \\r, \\\", \\\\ and \\$",
                    ".env:3:1: B: is given twice; first in line 2",
                ]
            ),
        ])
    func mistakes(text: String, told: [String]) {
        #expect(problems(text) == told)
    }

    @Test("a file may have 1 MiB and 10,000 variables, and no more than 50 problems are told")
    func limits() throws {
        let lines = (0..<10_000).map { "A\($0)=\($0)\n" }.joined()
        #expect(try Dotenv.read(lines, file: ".env").count == 10_000)
        #expect(problems(lines + "B=1") == [".env:10001:1: B: is one more than 10000 variables"])
        #expect(problems("#" + String(repeating: "x", count: 1 << 20)) == [".env: is longer than 1048576 bytes"])
        #expect(problems("A=" + String(repeating: "x", count: 121 << 10)).count == 1)
        #expect(problems(String(repeating: "x\n", count: 1000)).count == 50)
        #expect(problems("A=\"" + String(repeating: "\\q", count: 1000)).count <= 51)
    }

    @Test("a real sh reads quoted values alike", .enabled(if: FileManager.default.fileExists(atPath: "/bin/sh")))
    func likeShell() throws {
        let text = "A='a \"b\" $X'\nexport B=\"c \\\"d\\\" \\$X \\\\ 'e'\"\nC=f#g # h\nD='one\ntwo'\n"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", text + "for value in \"$A\" \"$B\" \"$C\" \"$D\"; do printf '%s\\0' \"$value\"; done"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let theirs = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        #expect(try read(text).map { $0[1] } == theirs)
    }

    @Test("a file is read from its path, and told when it is not there")
    func file() throws {
        let path = NSTemporaryDirectory() + "dotenv-\(UInt64.random(in: 0...UInt64.max))"
        let error = #expect(throws: ManifestError.self) { try Dotenv.load(path: path) }
        #expect(error?.description == "\(path): cannot be read: No such file or directory")
        try Data("A=1\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try Dotenv.load(path: path).map(\.value) == ["1"])
    }

    @Test("random bytes are read or refused, and nothing else")
    func fuzz() {
        let marks = Array("A=\"'\\#$ \t\r\n\u{FEFF}ünexport\0".unicodeScalars)
        var random = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<5_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...30, using: &random) { text.append(marks.randomElement(using: &random) ?? "A") }
            if !problems(String(text)).isEmpty { refused += 1 }
        }
        #expect(refused > 1_000)
    }
}
