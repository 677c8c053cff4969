// NestJS with its guards, pipes, serializer and throttler, as its documentation has them. Decorators are applied by hand, so that Node runs
// the file as it is. Started with one argument, a JSON object: see ../server.ts.
import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Req,
  SerializeOptions,
  SetMetadata,
  UnauthorizedException,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common'
import { NestFactory, Reflector } from '@nestjs/core'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler'
import { Exclude, Expose } from 'class-transformer'
import { IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator'

const { port, issuer, audience, secret, publicKey, adapter } = JSON.parse(process.argv[2])

/** Decorators of a method of a class, the last first, as compilers apply them. */
function method(owner, name, types, ...decorators) {
  const described = Object.getOwnPropertyDescriptor(owner.prototype, name)
  for (const decorate of decorators.toReversed()) decorate(owner.prototype, name, described)
  Reflect.defineMetadata('design:paramtypes', types, owner.prototype, name)
}

/** Decorators of properties by their names. */
function properties(owner, decorators) {
  for (const [name, several] of Object.entries(decorators))
    for (const decorate of several.toReversed()) decorate(owner.prototype, name)
}

class OrderBody {}
properties(OrderBody, {
  item: [IsString(), MinLength(1), MaxLength(50)],
  count: [IsInt(), Min(1), Max(1000)],
})

class Order {}
Exclude()(Order)
properties(Order, { id: [Expose()], item: [Expose()], count: [Expose()], by: [Expose()] })

class Item {}
Exclude()(Item)
properties(Item, { id: [Expose()], count: [Expose()] })

const asked = { issuer, audience }
const verifying = {
  hs256: { secret, algorithms: ['HS256'], ...asked },
  rs256: { publicKey: readFileSync(publicKey, 'utf8'), algorithms: ['RS256'], ...asked },
}

const Verified = by => SetMetadata('verified', by)
const Scopes = (...scopes) => SetMetadata('scopes', scopes)

class AuthGuard {
  constructor(jwt, reflector) {
    this.jwt = jwt
    this.reflector = reflector
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest()
    const [type, token] = request.headers.authorization?.split(' ') ?? []
    if (type !== 'Bearer' || !token) throw new UnauthorizedException()
    const by = this.reflector.getAllAndOverride('verified', [context.getHandler(), context.getClass()])
    try {
      request.user = await this.jwt.verifyAsync(token, verifying[by])
    } catch {
      throw new UnauthorizedException()
    }
    return true
  }
}
Injectable()(AuthGuard)
Inject(JwtService)(AuthGuard, undefined, 0)
Inject(Reflector)(AuthGuard, undefined, 1)

class ScopesGuard {
  constructor(reflector) {
    this.reflector = reflector
  }

  canActivate(context) {
    const needed = this.reflector.getAllAndOverride('scopes', [context.getHandler(), context.getClass()])
    const { user } = context.switchToHttp().getRequest()
    const held = user.scope.split(' ')
    if (!needed.every(scope => held.includes(scope))) throw new ForbiddenException()
    return true
  }
}
Injectable()(ScopesGuard)
Inject(Reflector)(ScopesGuard, undefined, 0)

class UserThrottlerGuard extends ThrottlerGuard {
  async getTracker(request) {
    return request.user.sub
  }
}
Injectable()(UserThrottlerGuard)

function ordersController(by) {
  class Orders {
    place({ item, count }, request) {
      return { id: 1, item, count, by: request.user.sub, internal: 'stays here' }
    }
  }
  Controller(by)(Orders)
  Verified(by)(Orders)
  UseGuards(AuthGuard, ScopesGuard, UserThrottlerGuard)(Orders)
  Body()(Orders.prototype, 'place', 0)
  Req()(Orders.prototype, 'place', 1)
  method(Orders, 'place', [OrderBody, Object], Post('orders'), Scopes('order_item'), SerializeOptions({ type: Order }))
  return Orders
}

class Items {
  find(id) {
    return { id, count: 3 }
  }
}
Controller('items')(Items)
Param('id')(Items.prototype, 'find', 0)
method(Items, 'find', [String], Get(':id'), SerializeOptions({ type: Item }))

class App {}
Module({
  imports: [JwtModule.register({}), ThrottlerModule.forRoot([{ ttl: 1000, limit: 1_000_000 }])],
  controllers: [ordersController('hs256'), ordersController('rs256'), Items],
})(App)

const adapters = {
  express: async () => new (await import('@nestjs/platform-express')).ExpressAdapter(),
  fastify: async () => new (await import('@nestjs/platform-fastify')).FastifyAdapter(),
}
const app = await NestFactory.create(App, await adapters[adapter](), { logger: false })
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }))
app.useGlobalInterceptors(new ClassSerializerInterceptor(app.get(Reflector)))
await app.listen(port, '127.0.0.1')
