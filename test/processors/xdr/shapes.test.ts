import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { mapStraight } from "../../../fuzz/straight-mapping.ts";
import type { JsonObject, JsonValue } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { compilePlan } from "../../../processors/xdr/compile.ts";
import { ProgramCache } from "../../../processors/xdr/program-cache.ts";
import { ObjectPattern } from "../../../processors/xdr/object-maker.ts";
import { objectOf } from "../../../processors/xdr/object-of.ts";
import { RecordGroup, RecordGroups } from "../../../processors/xdr/record-groups.ts";
import { fieldNumber, RecordReader, RecordShape, readerOf } from "../../../processors/xdr/record-reader.ts";
import { type Branch, ShapeTree } from "../../../processors/xdr/shape-tree.ts";
import { TextCache } from "../../../processors/xdr/text-cache.ts";

const samples: JsonObject[] = readFileSync("emulator/data/audit-records.ndjson", "utf8")
  .trimEnd()
  .split("\n")
  .map((line): JsonObject => JSON.parse(line));

const HEAD = `"Id":"1","CreationTime":"2023-06-01T13:12:18","RecordType":8`;
const parse = (text: string): JsonObject => JSON.parse(text);

/** Walks a tree as its users do. */
function walk(tree: ShapeTree<string>, names: readonly string[]): Branch<string> {
  const end = tree.walk(names);
  end.facts ??= names.join();
  return end;
}

suite("ShapeTree", () => {
  test("leads to one branch for the same names in the same order, and to others for others, whatever came before", () => {
    const lists = [
      [],
      ["a"],
      ["b"],
      ["a", "b"],
      ["b", "a"],
      ["a", "b", "c"],
      ["a", "c", "b"],
      ["a", "b", "c", "d", "e"],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lists), { minLength: 20, maxLength: 60 }), (order) => {
        const tree = new ShapeTree<string>(100);
        const ends = new Map<string, Branch<string>>();
        for (const names of order) {
          const end = walk(tree, names);
          assert.equal(end.facts, names.join());
          assert.equal(walk(tree, names), end);
          ends.set(names.join(), end);
        }
        // An end may have become the rest of a fork since: what was found out about the shape went with it.
        for (const names of order) assert.equal(walk(tree, names).facts, names.join());
      }),
    );
  });

  test("full is true beyond the limit, and steps are still taken", () => {
    const tree = new ShapeTree<string>(2);
    walk(tree, ["a", "b"]);
    assert.equal(tree.full, false);
    walk(tree, ["a", "c"]);
    assert.equal(tree.full, true);
    assert.equal(walk(tree, ["a", "d", "e"]).facts, "a,d,e");
  });
});

suite("RecordReader", () => {
  test("reads what the record itself has, under any name", () => {
    const reader = readerOf(parse(`{"a":1,"__proto__":2,"constructor":3,"":4}`));
    const names = ["a", "__proto__", "constructor", ""];
    assert.deepEqual(
      names.map((name) => reader.at(fieldNumber(name))),
      [1, 2, 3, 4],
    );
    assert.equal(reader.at(fieldNumber("toString")), undefined);
  });

  test("knows fields that got their number after the shape was seen", () => {
    const reader = new RecordReader();
    const record = { seen: 1, "named later": 2 };
    reader.read(record);
    assert.equal(reader.at(fieldNumber("seen")), 1);
    assert.equal(reader.at(fieldNumber("named later")), 2);
  });

  test("forgets a record when the next one has fewer fields", () => {
    const reader = new RecordReader();
    reader.read({ a: 1, b: 2 });
    reader.read({ a: 3 });
    assert.equal(reader.at(fieldNumber("b")), undefined);
  });

  test("reads what an object inherits as if it were its own", () => {
    const reader = new RecordReader();
    reader.read(Object.assign(Object.create({ inherited: 2 }), { own: 1, gap: undefined }));
    assert.deepEqual(reader.shape.names, ["own", "inherited"]);
    assert.equal(reader.at(fieldNumber("inherited")), 2);
  });

  test("takes a member without a value for one that is not there", () => {
    const reader = new RecordReader();
    reader.read({ a: 1, b: 2 });
    const { shape } = reader;
    reader.read({ a: 1, gap: undefined, b: 2 });
    assert.equal(reader.shape, shape);
    assert.equal(reader.at(fieldNumber("gap")), undefined);
    assert.equal(reader.at(fieldNumber("b")), 2);
  });

  test("is full after a number of names that a record of ever new names reaches soon", () => {
    const reader = new RecordReader();
    let records = 0;
    while (!reader.full && records < 100_000) {
      reader.read({ [`name ${records}`]: 1, Id: "1" });
      records += 1;
    }
    assert.ok(records < 10_000, `${records}`);
  });
});

suite("RecordGroups", () => {
  const shapes = [new RecordShape(["Id"]), new RecordShape(["Id", "UserId"])];

  test("of() gives one group for the same two shapes, and others for others", () => {
    const groups = new RecordGroups();
    const all = shapes.flatMap((shape) => shapes.map((came) => groups.of(shape, came)));
    assert.equal(new Set(all).size, 4);
    for (const group of all) assert.equal(groups.of(group.shape, group.came), group);
  });

  test("a group tells the first place of a batch, and forgets those that are taken", () => {
    const group = new RecordGroups().of(new RecordShape(["Id"]), new RecordShape([]));
    for (const batch of [[3, 5, 6], [2]]) {
      assert.deepEqual(
        batch.map((place) => group.add(place, batch)),
        batch.map((_, index) => index === 0),
      );
      assert.deepEqual(group.takePlaces(), batch);
    }
  });

  test("full is true when there are thousands", () => {
    const groups = new RecordGroups();
    const many = Array.from({ length: 200 }, () => new RecordShape([]));
    for (const shape of many.slice(0, 80)) for (const came of many) groups.of(shape, came);
    assert.equal(groups.full, false);
    for (const shape of many) groups.of(shape, shape);
    for (const shape of many.slice(80, 90)) for (const came of many) groups.of(shape, came);
    assert.equal(groups.full, true);
  });
});

suite("ProgramCache", () => {
  const plan = compilePlan("auth", "sign_in", {});
  const groupOf = (...names: string[]): RecordGroup =>
    new RecordGroup(new RecordShape(names), new RecordShape(["o365.id"]));

  test("get() keeps a program when it is asked for a second time", () => {
    const cache = new ProgramCache();
    const group = groupOf("Id", "UserId");
    const first = cache.get(plan, group);
    const second = cache.get(plan, group);
    assert.notEqual(first, second);
    assert.equal(cache.get(plan, group), second);
    assert.notEqual(cache.get(compilePlan("auth", "mailbox_sign_in", {}), group), second);
  });

  test("get() keeps a program at once when it is for several records", () => {
    const cache = new ProgramCache();
    const group = groupOf("Id", "UserId");
    const first = cache.get(plan, group, 2);
    assert.equal(cache.get(plan, group), first);
  });

  test("full counts what is kept, not what came once", () => {
    const cache = new ProgramCache();
    for (let i = 0; i < 1100; i += 1) cache.get(plan, groupOf(`f${i}`));
    assert.equal(cache.full, false);
    for (let i = 0; i < 1100; i += 1) {
      const group = groupOf(`f${i}`);
      cache.get(plan, group);
      cache.get(plan, group);
    }
    assert.equal(cache.full, true);
  });
});

suite("ObjectPattern", () => {
  const names = ["a", "__proto__", "constructor", 'quo"te', "back\\slash", "\n", "\u2028", "", "0", "${x}", "\ud800"];
  test("make() gives the same whether it has a function for these names or not", () => {
    const values = names.map((_, index) => `value ${index}`);
    const pattern = new ObjectPattern(names);
    const first = pattern.make(values);
    assert.deepEqual(new Map(Object.entries(first)), new Map(names.map((name, index) => [name, `value ${index}`])));
    for (let uses = 0; uses < 100; uses += 1) {
      const made = pattern.make(values);
      assert.deepEqual(Object.entries(made), Object.entries(first));
      assert.equal(Object.getPrototypeOf(made), Object.prototype);
    }
  });
});

suite("objectOf()", () => {
  test("gives each name its value, and nothing where a name comes twice or there are very many", () => {
    assert.deepEqual(objectOf(["a", "b"], [1, 2]), { a: 1, b: 2 });
    assert.deepEqual(objectOf(["b", "a"], [1, 2]), { a: 2, b: 1 });
    assert.deepEqual(objectOf([], []), {});
    assert.equal(objectOf(["a", "b", "a"], [1, 2, 3]), undefined);
    const many = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    assert.equal(objectOf(many, many), undefined);
  });
});

suite("TextCache", () => {
  test("get() gives what is read from the text, however many texts came before", () => {
    const cache = new TextCache((text) => (text.startsWith("7") ? undefined : text.length));
    for (let i = 0; i < 20_000; i += 1) {
      const text = String(i).repeat(1 + (i % 60));
      const wanted = text.startsWith("7") ? undefined : text.length;
      assert.equal(cache.get(text), wanted);
      assert.equal(cache.get(text), wanted);
    }
  });
});

suite("a mapper that has seen other shapes", () => {
  // Its third record of one shape is mapped by code.
  const mapper = new XdrMapper({}, 1);
  for (const record of samples) mapper.map({ record });
  const field = (name: string, value: JsonValue): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  const cases: { name: string; text: string }[] = [
    {
      name: "with names of Object.prototype",
      text: `{${HEAD},"Operation":"x","__proto__":{"ClientIP":"203.0.113.1"},"constructor":"c","toString":[1],"hasOwnProperty":{"a":"b"}}`,
    },
    { name: "with __proto__ as its first name", text: `{"__proto__":"p",${HEAD},"Operation":"x"}` },
    { name: "with one name twice", text: `{${HEAD},"Operation":"x","UserId":"a@b.c","UserId":"d@e.f"}` },
    { name: "with names that are numbers", text: `{${HEAD},"1":"one","0":"zero","Operation":"x"}` },
    {
      name: "with the names of another in another order",
      text: `{"Operation":"UserLoggedIn","RecordType":15,"CreationTime":"2023-06-01T13:12:18","Id":"1","ClientIP":"203.0.113.1"}`,
    },
    {
      name: "with the names of a sign-in and the type of a change",
      text: `{"CreationTime":"2023-06-01T13:12:18","Id":"1","Operation":"Add user.","RecordType":8,"ClientIP":"203.0.113.1"}`,
    },
    {
      name: "that ends where another goes on",
      text: `{"CreationTime":"2023-06-01T13:12:18","Id":"1","Operation":"x"}`,
    },
    {
      name: "with nesting of any depth",
      text: `{${HEAD},"Operation":"x","PolicyDetails":${"[".repeat(3000)}${"]".repeat(3000)}}`,
    },
    {
      name: "with a list of 50,000",
      text: `{${HEAD},"Operation":"x",${field(
        "Parameters",
        Array.from({ length: 50_000 }, (_, i) => ({ Name: `n${i}`, Value: "v" })),
      )}}`,
    },
    {
      name: "with 20,000 fields",
      text: `{${HEAD},"Operation":"x",${Array.from({ length: 20_000 }, (_, i) => field(`f${i}`, i)).join(",")}}`,
    },
    { name: "of nothing", text: "{}" },
  ];
  for (const { name, text } of cases) {
    test(`maps a record ${name} as the tables say, again and again`, () => {
      const record = parse(text);
      const source = { record, attributes: { "o365.content_type": "Audit.General" }, nowMs: 1 };
      const first = mapper.map(source).attributes;
      for (let again = 0; again < 3; again += 1) {
        const { attributes } = mapper.map(source);
        assert.deepEqual(attributes, first);
        assert.deepEqual(Object.keys(attributes), Object.keys(first));
      }
      assert.deepEqual(first, mapStraight(source, {}));
    });
  }

  test("maps all shipped records by code as it does row by row, with whatever stands in one of their fields", () => {
    const odd: readonly JsonValue[] = [
      "",
      " ",
      "Not Available",
      null,
      0,
      true,
      [],
      {},
      [{ Name: "a", Value: "b" }],
      "[1]",
    ];
    const byCode = new XdrMapper({}, 1);
    const byRows = new XdrMapper({}, Number.POSITIVE_INFINITY);
    const map = (mapper: XdrMapper, record: JsonObject): object => mapper.map({ record, nowMs: 1 });
    for (const record of samples) {
      for (let times = 0; times < 3; times += 1) assert.deepEqual(map(byCode, record), map(byRows, record));
      for (const [index, name] of Object.keys(record).entries()) {
        const changed = { ...record, [name]: odd[index % odd.length] };
        assert.deepEqual(map(byCode, changed), map(byRows, changed), name);
      }
    }
  });

  test("maps as the tables say while thousands of new shapes come and the tree is replaced", () => {
    for (let i = 0; i < 6000; i += 1) {
      const strange = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`x${i}_${at}`, i]));
      mapper.map({ record: { ...strange, Id: "1", Operation: "x", CreationTime: "2023-06-01T13:12:18" } });
      if (i % 100 !== 0) continue;
      const record = samples[(i / 100) % samples.length] ?? {};
      assert.deepEqual(mapper.map({ record }).attributes, mapStraight({ record }, {}));
    }
  });
});
