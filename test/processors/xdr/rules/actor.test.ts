import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonValue } from "../../../../collector/record.ts";
import {
  actorApplicationId,
  actorObjectId,
  memberRole,
  targetApplicationId,
  thingObjectId,
  users,
  userObjectId,
} from "../../../../processors/xdr/rules/actor.ts";

const USER = "7dccacb0-c3ff-4b02-964b-dd04c5a8f9fe";
const APP = "18ed3507-a475-4ccb-b669-d66bc9f2a36e";
const ZERO = "00000000-0000-0000-0000-000000000000";
const upn = { ID: "ann@contoso.com", Type: 5 };

suite("identities of directory records", () => {
  const cases: { name: string; actor: JsonValue; object: string | undefined; application: string | undefined }[] = [
    {
      name: "a user with an application",
      actor: [
        upn,
        { ID: APP, Type: 2 },
        { ID: `User_${USER}`, Type: 2 },
        { ID: USER, Type: 2 },
        { ID: "User", Type: 2 },
      ],
      object: USER,
      application: APP,
    },
    {
      name: "a user without an application",
      actor: [upn, { ID: `User_${USER}`, Type: 2 }, { ID: USER, Type: 2 }],
      object: USER,
      application: undefined,
    },
    {
      name: "a service principal, with types as text",
      actor: [
        { ID: "Sync", Type: "1" },
        { ID: APP.toUpperCase(), Type: "2" },
        { ID: `ServicePrincipal_${USER}`, Type: "2" },
        { ID: USER, Type: "2" },
      ],
      object: USER,
      application: APP,
    },
    {
      name: "an application that is named only",
      actor: [
        { ID: "Sync", Type: 1 },
        { ID: APP, Type: 2 },
      ],
      object: undefined,
      application: APP,
    },
    { name: "a user by the bare id", actor: [{ ID: USER, Type: 2 }, upn], object: USER, application: undefined },
    {
      name: "two bare ids",
      actor: [{ ID: USER, Type: 2 }, { ID: APP, Type: 2 }, upn],
      object: undefined,
      application: undefined,
    },
    {
      name: "a zero id",
      actor: [upn, { ID: ZERO, Type: 2 }, { ID: `User_${USER}`, Type: 2 }],
      object: USER,
      application: undefined,
    },
    { name: "JSON text", actor: JSON.stringify([upn, { ID: USER, Type: 2 }]), object: USER, application: undefined },
    { name: "one object", actor: { ID: `User_${USER}`, Type: 2 }, object: USER, application: undefined },
    { name: "something else", actor: ["x", null, 7, { ID: 7 }], object: undefined, application: undefined },
  ];
  for (const { name, actor, object, application } of cases) {
    test(`actorObjectId() and actorApplicationId() read ${name}`, () => {
      assert.equal(actorObjectId(actor), object);
      assert.equal(actorApplicationId(actor), application);
    });
  }

  test("userObjectId() reads users and nothing else", () => {
    assert.equal(userObjectId(`User_${USER}`), USER);
    assert.equal(userObjectId(`ServicePrincipal_${USER}`), undefined);
    assert.equal(userObjectId(USER), undefined);
  });

  test("thingObjectId() reads everything but users", () => {
    assert.equal(thingObjectId(`Policy_${APP.toUpperCase()}`), APP);
    assert.equal(thingObjectId(`ServicePrincipal_${APP}`), APP);
    assert.equal(thingObjectId(`User_${USER}`), undefined);
    assert.equal(thingObjectId(`Application_${ZERO}`), undefined);
    assert.equal(thingObjectId(APP), undefined);
    assert.equal(thingObjectId("ServicePrincipal"), undefined);
    assert.equal(thingObjectId(7), undefined);
  });

  const targets: { name: string; target: JsonValue; application: string | undefined }[] = [
    {
      name: "a service principal",
      target: [{ ID: `ServicePrincipal_${USER}` }, { ID: USER }, { ID: "ServicePrincipal" }, { ID: APP, Type: 2 }],
      application: APP,
    },
    {
      name: "an application, as JSON text",
      target: `[{"ID":"Application_${USER}"},{"ID":"${APP}"}]`,
      application: APP,
    },
    {
      name: "an application beside a user",
      target: [{ ID: `User_${USER}` }, { ID: USER }, { ID: `ServicePrincipal_${ZERO}` }, { ID: ZERO }],
      application: undefined,
    },
    {
      name: "a policy with an id of something else",
      target: [{ ID: `Policy_${USER}` }, { ID: APP }],
      application: undefined,
    },
    {
      name: "an application without its id",
      target: [{ ID: `Application_${USER}` }, { ID: USER }],
      application: undefined,
    },
    { name: "something else", target: [null, 7, "x", { ID: 7 }], application: undefined },
  ];
  for (const { name, target, application } of targets) {
    test(`targetApplicationId() reads ${name}`, () => {
      assert.equal(targetApplicationId(target), application);
    });
  }

  test("users() lists users by address, all of them or none", () => {
    assert.deepEqual(users([{ UPN: "ann@contoso.com", Role: 1 }]), ["ann@contoso.com"]);
    assert.deepEqual(users([{ RecipientEmail: "bob@example.com" }, { UPN: "ann@contoso.com" }]), [
      "bob@example.com",
      "ann@contoso.com",
    ]);
    assert.equal(users([{ UPN: "ann@contoso.com" }, { DisplayName: "Bob" }]), undefined);
    assert.equal(users([]), undefined);
    assert.equal(users("ann@contoso.com"), undefined);
  });

  test("memberRole() names what members are, when all are the same", () => {
    assert.equal(memberRole([{ Role: 1 }]), "Owner");
    assert.equal(memberRole([{ Role: "0" }, { Role: "member" }]), "Member");
    assert.equal(memberRole({ Role: "Guest" }), "Guest");
    assert.equal(memberRole([{ Role: 1 }, { Role: 0 }]), undefined);
    assert.equal(memberRole([{ Role: 1 }, { UPN: "ann@contoso.com" }]), undefined);
    assert.equal(memberRole([{ Role: 7 }]), undefined);
    assert.equal(memberRole([]), undefined);
    assert.equal(memberRole("Owner"), undefined);
  });
});
