import Testing

@testable import BeamRelease

@Suite("Reading an env.sh")
struct LintShellTests {
    @Test(
        "expansions are found with their place and default",
        arguments: [
            ("echo $FOO", ["FOO 1:6"]), ("echo \"${FOO}\"", ["FOO 1:7"]), ("echo '$FOO'", []), (#"echo \$FOO "\$BAR""#, []),
            ("# $FOO", []), ("echo a#$FOO", ["FOO 1:8"]), ("\n  echo ${FOO:-x y} ${BAR-}", ["FOO 2:8 or x y", "BAR 2:20 or "]),
            ("echo ${FOO:?no}", ["FOO 1:6"]), ("echo ${FOO:+yes}", ["FOO 1:6 or "]), ("echo $1 $# $? ${1}", []),
            ("echo $(hostname -s \"$FOO\")", ["FOO 1:21"]), ("ip=$(hostname)\nexport NODE=$APP@$ip", ["APP 2:13"]),
            ("export FOO=\"$FOO more\"", ["FOO 1:13"]), ("FOO=\"${FOO:-x}\"", ["FOO 1:6 or x"]),
            ("for x in a b; do echo $x; done", []),
            ("echo $PWD", []), ("é=$FOO", ["FOO 1:3"]), ("echo $", []), ("echo ${", []), ("echo \"$", []),
            ("echo ${FOO:-x", ["FOO 1:6 or x"]),
        ])
    func reads(text: String, expected: [String]) {
        let reads = ShellScript(text: text).reads
        #expect(reads.map { "\($0.name) \($0.line):\($0.column)" + ($0.defaultText.map { " or \($0)" } ?? "") } == expected)
    }

    @Test(
        "assignments are found, and whether they are exported",
        arguments: [
            ("export FOO=1", ["FOO! 1"]), ("FOO=1", ["FOO 1"]), ("FOO=1; export FOO", ["FOO! 1", "FOO! 1"]),
            ("if x; then export A=\"b c\" B=2; fi", ["A! 1", "B! 1"]), ("echo FOO=1", []),
            ("case $x in\n  a) export FOO=1 ;;\nesac", ["FOO! 2"]),
            ("# export FOO=1", []), ("export 1X=2", []), ("[ -z x ] || export FOO=1", ["FOO! 1"]), ("echo 'export FOO=1'", []),
        ])
    func assignments(text: String, expected: [String]) {
        let found = ShellScript(text: text).assignments
        #expect(found.map { "\($0.name)\($0.isExported ? "!" : "") \($0.line)" } == expected)
    }

    @Test(
        "a value is known where it is written out, and every line runs",
        arguments: [
            ("export FOO=1", "1"), ("export FOO=\"a b\"", "a b"), ("FOO='x'\nexport FOO", "x"), ("export FOO=", ""),
            ("export FOO=1\nexport FOO=2", "2"), ("export FOO=$BAR", nil), ("export FOO=\"`hostname`\"", nil),
            ("export FOO=a'b'", nil), ("export FOO=*", nil), ("if x; then export FOO=1; fi", nil), ("x && export FOO=1", nil),
            ("case $x in\n  a) export FOO=1 ;;\nesac", nil), ("export FOO=1\n. ./more", nil),
            ("export FOO=1\n" + EnvironmentFile.sourcingLines, "1"),
        ])
    func values(text: String, value: String?) {
        let exports = ReleaseFiles(environmentScript: text).environmentExports
        #expect(Array(exports.keys) == ["FOO"] && exports["FOO"]?.value == value, "\(exports)")
    }

    @Test("what a real shell exports is what is found, for the script of mix and of Fly's generator")
    func real() throws {
        let text = """
            #!/bin/sh
            # configure node for distributed erlang with IPV6 support
            export ERL_AFLAGS="-proto_dist inet6_tcp"
            export ECTO_IPV6="true"
            export DNS_CLUSTER_QUERY="${FLY_APP_NAME}.internal"
            export RELEASE_DISTRIBUTION="name"
            export RELEASE_NODE="${FLY_APP_NAME}-${FLY_IMAGE_REF##*-}@${FLY_PRIVATE_IP}"
            case $RELEASE_COMMAND in
              daemon*)
                HEART_COMMAND="$RELEASE_ROOT/bin/$RELEASE_NAME $RELEASE_COMMAND"
                export HEART_COMMAND
                ;;
              *) ;;
            esac
            """
        let script = ShellScript(text: text)
        let answer = try Shell.run(
            "/bin/sh", ["-c", text + "\nenv"],
            environment: ["PATH": "/usr/bin:/bin", "RELEASE_COMMAND": "daemon", "RELEASE_ROOT": "/r"])
        let exported = Set(answer.output.split(separator: "\n").map { String($0.prefix { $0 != "=" }) })
        #expect(
            script.exported == exported.subtracting(["PATH", "PWD", "RELEASE_COMMAND", "RELEASE_ROOT", "OLDPWD", "_", "SHLVL"]))
        #expect(
            Set(script.reads.map(\.name)) == [
                "FLY_APP_NAME", "FLY_IMAGE_REF", "FLY_PRIVATE_IP", "RELEASE_COMMAND", "RELEASE_ROOT", "RELEASE_NAME",
            ])
    }

    @Test("what is read for nothing but an export that ours wins over is not missed; what takes effect still is")
    func forNothing() {
        let text = """
            export DNS_CLUSTER_QUERY="${FLY_APP_NAME}.internal"
            export RELEASE_NODE="${FLY_APP_NAME}-${FLY_IMAGE_REF##*-}@${FLY_PRIVATE_IP}"
            export REGION="${FLY_REGION}"
            """
        var lint = ConfigLint.sample(files: ReleaseFiles(environmentScript: text))
        #expect(lint.findings().variables.map(\.name) == ["FLY_REGION"])
        lint.environmentScript = .theirs
        #expect(
            Set(lint.findings().variables.map(\.name)) == ["FLY_APP_NAME", "FLY_IMAGE_REF", "FLY_PRIVATE_IP", "FLY_REGION"])
    }

    @Test("any bytes at all are gone through")
    func fuzz() {
        var random = LintRandom(seed: 11)
        let letters = Array("$${}()'\"\\#;&|=:-+?aAX1 \n\té".utf8)
        var found = 0
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
            let text = String(decoding: bytes, as: UTF8.self)
            let script = ShellScript(text: text)
            found += script.reads.count + script.assignments.count
            let files = ReleaseFiles(vmArguments: text, environmentScript: text, systemConfig: text)
            _ = ConfigLint.sample(.rebar3, files: files, by: .native, given: ["A": .user(text), "X": .user("$A")]).findings()
        }
        #expect(found > 300)
    }
}
